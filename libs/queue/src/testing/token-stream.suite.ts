import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TokenStream } from '../stream/token-stream.js';

async function collect(entries: AsyncIterable<{ seq: number; part: unknown }>, countMax = Infinity): Promise<unknown[]> {
  const collected: unknown[] = [];
  for await (const { seq, part } of entries) {
    collected.push([seq, part]);
    if (collected.length >= countMax) break;
  }
  return collected;
}
const never = new AbortController().signal;

/** What every adapter of the token stream keeps; ids are unique a case, so that one server can serve them all. */
export function describeTokenStream(name: string, make: () => Promise<TokenStream>): void {
  describe(`token stream: ${name}`, () => {
    let streams: TokenStream;
    let id: string;
    beforeEach(async () => {
      streams = await make();
      id = `answer-${crypto.randomUUID()}`;
    });
    afterEach(() => streams.close());

    it('numbers parts from 1 without a gap, and replays them in order', async () => {
      expect([await streams.append(id, { a: 1 }), await streams.append(id, 'two'), await streams.append(id, null)]).toEqual([1, 2, 3]);
      await streams.end(id);
      expect(await collect(streams.read(id, 0, never))).toEqual([[1, { a: 1 }], [2, 'two'], [3, null]]);
    });

    it('lets a reader resume after what it has', async () => {
      for (const part of ['a', 'b', 'c']) await streams.append(id, part);
      await streams.end(id);
      expect(await collect(streams.read(id, 2, never))).toEqual([[3, 'c']]);
      expect(await collect(streams.read(id, 3, never))).toEqual([]);
    });

    it('follows what comes later, for several readers at once', async () => {
      await streams.append(id, 'a');
      const readers = [collect(streams.read(id, 0, never)), collect(streams.read(id, 1, never))];
      await new Promise((resolve) => setTimeout(resolve, 20));
      await streams.append(id, 'b');
      await streams.end(id);
      expect(await Promise.all(readers)).toEqual([[[1, 'a'], [2, 'b']], [[2, 'b']]]);
    });

    it('lets a reader go: when it aborts, and when it stops by itself', async () => {
      await streams.append(id, 'a');
      const gone = new AbortController();
      const reading = collect(streams.read(id, 0, gone.signal));
      setTimeout(() => gone.abort(), 20);
      expect(await reading).toEqual([[1, 'a']]);
      expect(await collect(streams.read(id, 0, never), 1)).toEqual([[1, 'a']]);
    });

    it('says that history is gone instead of waiting for it', async () => {
      await expect(collect(streams.read(`never-${id}`, 0, never))).rejects.toMatchObject({ code: 'stream.expired', status: 410 });
      await streams.append(id, 'a');
      await expect(collect(streams.read(id, 7, never))).rejects.toMatchObject({ code: 'stream.expired' });
    });

    it('takes nothing after the end', async () => {
      await streams.append(id, 'a');
      await streams.end(id);
      await streams.end(id);
      await expect(streams.append(id, 'b')).rejects.toMatchObject({ code: 'stream.ended' });
    });

    it('tells what there is by now, nothing of what never was', async () => {
      expect(await streams.soFar(id)).toEqual([]);
      for (const part of ['a', 'b']) await streams.append(id, part);
      expect(await streams.soFar(id)).toEqual([{ seq: 1, part: 'a' }, { seq: 2, part: 'b' }]);
      await streams.end(id);
      expect(await streams.soFar(id)).toHaveLength(2);
    });

    it('adds nothing of a writer in whose place another one writes', async () => {
      expect(await streams.append(id, 'a', 0)).toBe(1);
      expect(await streams.append(id, 'b', 1)).toBe(2);
      expect(await streams.append(id, 'another')).toBe(3);
      await expect(streams.append(id, 'c', 2)).rejects.toMatchObject({ code: 'stream.overtaken' });
      expect(await streams.append(id, 'd', 3)).toBe(4);
      await streams.end(id);
      await expect(streams.append(id, 'e', 2)).rejects.toMatchObject({ code: 'stream.ended' });
      expect((await streams.soFar(id)).map(({ part }) => part)).toEqual(['a', 'b', 'another', 'd']);
    });

    it('carries a stop to the producer, once', async () => {
      await streams.append(id, 'a');
      let stops = 0;
      streams.onStop(id, () => (stops += 1));
      expect(await streams.requestStop(id)).toBe(true);
      await streams.requestStop(id);
      await expect.poll(() => stops).toBe(1);
    });

    it('remembers a stop until the producer asks, and tells no one who unsubscribed', async () => {
      await streams.append(id, 'a');
      let unwanted = 0;
      streams.onStop(id, () => (unwanted += 1))();
      await streams.requestStop(id);
      let stops = 0;
      streams.onStop(id, () => (stops += 1));
      await expect.poll(() => stops).toBe(1);
      expect(unwanted).toBe(0);
    });

    it('has nothing to stop where nothing runs', async () => {
      expect(await streams.requestStop(`never-${id}`)).toBe(false);
      await streams.append(id, 'a');
      await streams.end(id);
      expect(await streams.requestStop(id)).toBe(false);
    });
  });
}
