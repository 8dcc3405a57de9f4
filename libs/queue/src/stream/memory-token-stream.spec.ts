import { describe, expect, it } from 'vitest';
import { describeTokenStream } from '../testing/token-stream.suite.js';
import { MemoryTokenStream } from './memory-token-stream.js';

describeTokenStream('ring buffer', () => Promise.resolve(new MemoryTokenStream()));

const never = new AbortController().signal;
async function first(stream: MemoryTokenStream, id: string, afterSeq: number): Promise<unknown> {
  for await (const entry of stream.read(id, afterSeq, never)) return entry;
  return undefined;
}

describe('limits of the ring buffer', () => {
  it('drops the oldest entries, and tells a reader who missed them', async () => {
    const stream = new MemoryTokenStream({ entriesMax: 3 });
    for (const part of ['a', 'b', 'c', 'd', 'e']) await stream.append('x', part);
    await expect(first(stream, 'x', 0)).rejects.toMatchObject({ code: 'stream.expired' });
    expect(await first(stream, 'x', 2)).toEqual({ seq: 3, part: 'c' });
  });

  it('tells a slow reader who is overtaken while it reads', async () => {
    const stream = new MemoryTokenStream({ entriesMax: 2 });
    await stream.append('x', 'a');
    const reader = stream.read('x', 0, never)[Symbol.asyncIterator]();
    expect((await reader.next()).value).toEqual({ seq: 1, part: 'a' });
    for (const part of ['b', 'c', 'd']) await stream.append('x', part);
    await expect(reader.next()).rejects.toMatchObject({ code: 'stream.expired' });
  });

  it('forgets a stream that nobody wrote to for its time', async () => {
    let now = 0;
    const stream = new MemoryTokenStream({ ttlMs: 100, now: () => now });
    await stream.append('x', 'a');
    now = 100;
    expect(await first(stream, 'x', 0)).toEqual({ seq: 1, part: 'a' });
    now = 201;
    await expect(first(stream, 'x', 0)).rejects.toMatchObject({ code: 'stream.expired' });
  });

  it('makes room by an ended stream first', async () => {
    const stream = new MemoryTokenStream({ streamsMax: 2 });
    await stream.append('running', 'a');
    await stream.append('ended', 'a');
    await stream.end('ended');
    await stream.append('new', 'a');
    expect(await first(stream, 'running', 0)).toBeDefined();
    await expect(first(stream, 'ended', 0)).rejects.toMatchObject({ code: 'stream.expired' });
  });

  it('does not leave a reader waiting when it closes', async () => {
    const stream = new MemoryTokenStream();
    await stream.append('x', 'a');
    const waiting = first(stream, 'x', 1);
    await stream.close();
    await expect(waiting).rejects.toMatchObject({ code: 'stream.expired' });
  });
});
