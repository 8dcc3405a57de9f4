import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { BlobStore } from '../blob-store.js';

const read = async (stream: Readable): Promise<string> => Buffer.concat(await stream.toArray()).toString('utf8');

/** What every blob store must do; each adapter's spec runs it. */
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
  });
}
