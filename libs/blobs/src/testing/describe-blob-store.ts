import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { BlobStore, ListedBlob } from '../blob-store.js';

const read = async (stream: Readable): Promise<string> => Buffer.concat(await stream.toArray()).toString('utf8');

async function listed(store: BlobStore): Promise<ListedBlob[]> {
  const all: ListedBlob[] = [];
  for await (const blob of store.list()) all.push(blob);
  return all;
}

/** What every blob store must do; each adapter's spec runs it. `make` opens one that holds nothing yet. */
export function describeBlobStore(name: string, make: () => Promise<BlobStore>): void {
  describe(`blob store: ${name}`, () => {
    it('gives back what was put, under a key made of the content', async () => {
      const store = await make();
      const first = await store.put(Readable.from([Buffer.from('Grüße')]));
      const again = await store.put(Readable.from([Buffer.from('Gr'), Buffer.from('üße')]));
      expect(again).toEqual(first);
      expect(await read(await store.get(first.key))).toBe('Grüße');
    });

    it('keeps nothing of a content that broke off', async () => {
      const store = await make();
      const broken = Readable.from((function* () {
        yield Buffer.from('half');
        throw new Error('cut');
      })());
      await expect(store.put(broken)).rejects.toThrow('cut');
      const half = await store.put(Readable.from([Buffer.from('whole')]));
      expect(await store.has(half.key)).toBe(true);
    });

    it('says that a key is absent, and takes no path for a key', async () => {
      const store = await make();
      await expect(store.get('0'.repeat(64))).rejects.toMatchObject({ code: 'blob.absent' });
      await expect(store.get('../../etc/passwd')).rejects.toMatchObject({ code: 'blob.absent' });
      const kept = await store.put(Readable.from([Buffer.from('x')]));
      await store.remove(kept.key);
      expect(await store.has(kept.key)).toBe(false);
    });

    it('lists what it keeps, and counts the age of a blob from when it was put last', async () => {
      const store = await make();
      expect(await listed(store)).toEqual([]);
      const [kept, gone] = [await store.put(Readable.from([Buffer.from('kept')])), await store.put(Readable.from([Buffer.from('gone')]))];
      await store.remove(gone.key);
      // Stores count in seconds, some of them.
      await new Promise((wake) => setTimeout(wake, 2_100));
      const againMs = Date.now();
      await store.put(Readable.from([Buffer.from('kept')]));
      const all = await listed(store);
      expect(all).toMatchObject([kept]);
      expect(all[0]!.storedAtMs).toBeGreaterThan(againMs - 1_000);
      expect(all[0]!.storedAtMs).toBeLessThan(Date.now() + 1_000);
    });

    it('takes away what was never ended, and nothing else', async () => {
      const store = await make();
      const kept = await store.put(Readable.from([Buffer.from('whole')]));
      expect(await store.removeUnfinished(Date.now() + 60_000)).toBe(0);
      expect(await store.has(kept.key)).toBe(true);
    });
  });
}
