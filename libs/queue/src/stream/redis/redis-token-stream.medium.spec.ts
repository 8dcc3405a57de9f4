import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RedisServer as Server, reasonToSkip, startRedis } from '@kontor/services';
import { openRedis, type RedisServer } from '../../redis/open-redis.js';
import { startLossyProxy } from '../../testing/lossy-proxy.js';
import { describeTokenStream } from '../../testing/token-stream.suite.js';
import { RedisTokenStream } from './redis-token-stream.js';

const missing = await reasonToSkip('redis');
let server: Server;
const opened: RedisServer[] = [];
beforeAll(async () => {
  if (!missing) server = await startRedis();
});
afterEach(async () => {
  for (const redis of opened.splice(0)) await redis.close();
});
afterAll(() => server?.stop());

/** A client as a process of its own would have it. */
async function connect(waitMs?: number, url = server.url): Promise<RedisTokenStream> {
  const redis = await openRedis({ url, ...(waitMs === undefined ? {} : { waitMs }) });
  opened.push(redis);
  return new RedisTokenStream(redis);
}

describe.skipIf(missing)('with a server', () => describeTokenStream('Redis Streams', () => connect()));

const never = new AbortController().signal;
async function collect(stream: RedisTokenStream, id: string, afterSeq = 0): Promise<[number, unknown][]> {
  const collected: [number, unknown][] = [];
  for await (const { seq, part } of stream.read(id, afterSeq, never)) collected.push([seq, part]);
  return collected;
}
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe.skipIf(missing)('a token stream between processes', () => {
  let worker: RedisTokenStream;
  let api: RedisTokenStream;
  let id: string;
  beforeEach(async () => {
    [worker, api] = [await connect(10_000), await connect(10_000)];
    id = `answer-${crypto.randomUUID()}`;
  });
  afterEach(async () => {
    await worker.close();
    await api.close();
  });

  it('is written by one and read by another, and numbered by both without a gap', async () => {
    expect(await api.append(id, 'start')).toBe(1);
    const reading = collect(api, id);
    for (const part of ['a', 'b', 'c']) await worker.append(id, part);
    expect(await api.append(id, 'd')).toBe(5);
    await worker.end(id);
    expect(await reading).toEqual([[1, 'start'], [2, 'a'], [3, 'b'], [4, 'c'], [5, 'd']]);
    await expect(api.append(id, 'e')).rejects.toMatchObject({ code: 'stream.ended' });
  });

  it('numbers parts that are added at once in their order', async () => {
    expect(await Promise.all(['a', 'b', 'c'].map((part) => worker.append(id, part)))).toEqual([1, 2, 3]);
  });

  it('carries a stop to the worker, also one that was asked for before it began', async () => {
    await api.append(id, 'start');
    let stops = 0;
    worker.onStop(id, () => (stops += 1));
    expect(await api.requestStop(id)).toBe(true);
    await expect.poll(() => stops).toBe(1);
    const late = await connect();
    late.onStop(id, () => (stops += 1));
    await expect.poll(() => stops).toBe(2);
    await late.close();
  });

  it('serves many readers over few connections, each from where it was', async () => {
    const connections = async (): Promise<number> => {
      const monitor = new Redis(server.url);
      const list = String(await monitor.client('LIST'));
      monitor.disconnect();
      return list.trim().split('\n').length;
    };
    const before = await connections();
    const ids = Array.from({ length: 300 }, (_, index) => `${id}-${index}`);
    for (const one of ids) await worker.append(one, 'a');
    const readings = ids.map((one, index) => collect(api, one, index % 2));
    await pause(200);
    await Promise.all(ids.map((one) => worker.append(one, 'b')));
    await Promise.all(ids.map((one) => worker.end(one)));
    const read = await Promise.all(readings);
    expect(read.map((parts) => parts.map(([, part]) => part).join(''))).toEqual(ids.map((_, index) => (index % 2 ? 'b' : 'ab')));
    expect((await connections()) - before).toBeLessThanOrEqual(2);
  });

  it('tells a reader of what no Kontor wrote, whether it comes before or while somebody reads, and keeps other streams going', async () => {
    const raw = new Redis(server.url);
    const other = `${id}-other`;
    for (const one of [id, other]) await worker.append(one, 'start');
    const [reading, sound] = [collect(api, id), collect(api, other)];
    reading.catch(() => undefined);
    await pause(100);
    await raw.xadd(`kontor:stream:{${id}}`, '2-0', 'p', '{"type":', 't', 'x');
    await expect(reading).rejects.toMatchObject({ code: 'stream.garbage', retry: 'never' });
    await expect(collect(api, id)).rejects.toMatchObject({ code: 'stream.garbage' });
    await worker.end(other);
    expect(await sound).toEqual([[1, 'start']]);
    await raw.set(`kontor:stream:{${id}-text}`, 'not a stream');
    await expect(worker.append(`${id}-text`, 'a')).rejects.toMatchObject({ code: 'redis.garbage', message: expect.stringContaining('KONTOR_REDIS_PREFIX') as string });
    raw.disconnect();
  });

  it('wakes a reader at once, though the connection waits for other streams already', async () => {
    await worker.append(`${id}-other`, 'a');
    void collect(api, `${id}-other`);
    await pause(300);
    await worker.append(id, 'a');
    const reading = api.read(id, 0, never)[Symbol.asyncIterator]();
    await reading.next();
    const next = reading.next();
    await pause(50);
    const startedMs = performance.now();
    await worker.append(id, 'b');
    expect((await next).value).toEqual({ seq: 2, part: 'b' });
    expect(performance.now() - startedMs).toBeLessThan(500);
    await worker.end(`${id}-other`);
    await worker.end(id);
  });

  it('says that history is gone when the server forgot it under a reader', async () => {
    await worker.append(id, 'a');
    await worker.append(id, 'b');
    const reading = collect(api, id);
    await pause(200);
    const monitor = new Redis(server.url);
    await monitor.del(`kontor:stream:{${id}}`);
    monitor.disconnect();
    // The writer knows that two parts were there, and does not give their numbers to others.
    expect(await worker.append(id, 'c')).toBe(3);
    expect(await worker.append(id, 'd')).toBe(4);
    await worker.end(id);
    expect(await reading).toEqual([[1, 'a'], [2, 'b'], [3, 'c'], [4, 'd']]);
    await expect(collect(api, id)).rejects.toMatchObject({ code: 'stream.expired' });
  });

  it('keeps a stream for an hour after its last part', async () => {
    await worker.append(id, 'a');
    const monitor = new Redis(server.url);
    expect(await monitor.ttl(`kontor:stream:{${id}}`)).toBeGreaterThan(3_590);
    await worker.end(id);
    expect(await monitor.ttl(`kontor:stream:{${id}}`)).toBeGreaterThan(3_590);
    monitor.disconnect();
  });
});

describe.skipIf(missing)('a Redis that is killed and comes back', () => {
  it('adds a part once though the reply to it was lost and the call was made again', async () => {
    const proxy = await startLossyProxy(server.url);
    const [worker, other] = [await connect(5_000, proxy.url), await connect()];
    const id = `answer-${crypto.randomUUID()}`;
    await worker.append(id, 'a');
    proxy.loseReplyTo('the-part-b');
    const second = worker.append(id, 'the-part-b');
    await expect.poll(proxy.lost).toBe(1);
    // Long enough for the server to have done what it was asked.
    await pause(50);
    await other.append(id, 'of another');
    expect(await second).toBe(2);
    expect(await worker.append(id, 'c')).toBe(4);
    await worker.end(id);
    expect(await collect(other, id)).toEqual([[1, 'a'], [2, 'the-part-b'], [3, 'of another'], [4, 'c']]);
    expect(proxy.lost()).toBe(1);
    await worker.close();
    await other.close();
    proxy.close();
  });

  it('loses no part and doubles none, for the writer and for every reader', async () => {
    const [worker, api] = [await connect(20_000), await connect(20_000)];
    const id = `answer-${crypto.randomUUID()}`;
    await worker.append(id, 0);
    const readings = [collect(api, id), collect(worker, id), collect(api, id, 1)];
    const writing = (async () => {
      for (let part = 1; part < 300; part += 1) {
        await worker.append(id, part);
        await pause(10);
      }
      await worker.end(id);
    })();
    for (let round = 0; round < 3; round += 1) {
      await pause(600);
      await server.kill();
      await pause(300);
      await server.restart();
    }
    await writing;
    const all = Array.from({ length: 300 }, (_, part) => [part + 1, part]);
    const [first, second, third] = await Promise.all(readings);
    expect(first).toEqual(all);
    expect(second).toEqual(all);
    expect(third).toEqual(all.slice(1));
    await worker.close();
    await api.close();
  });

  it('lets a call fail with a clear error while it is away, and be well again afterwards', async () => {
    const api = await connect(500);
    await expect(api.health()).resolves.toBeUndefined();
    await server.kill();
    const startedMs = performance.now();
    await expect(api.append('answer-x', 1)).rejects.toMatchObject({ code: 'queue.unreachable', status: 503, retry: 'later' });
    await expect(api.requestStop('answer-x')).rejects.toMatchObject({ code: 'queue.unreachable' });
    await expect(api.health()).rejects.toMatchObject({ code: 'queue.unreachable' });
    expect(performance.now() - startedMs).toBeLessThan(3_000);
    await server.restart();
    await expect.poll(() => api.append('answer-x', 1), { timeout: 5_000 }).toBe(1);
    // Each connection comes back by itself.
    await expect.poll(() => api.health().then(() => 'well', () => 'away'), { timeout: 5_000 }).toBe('well');
    await api.close();
  });
});
