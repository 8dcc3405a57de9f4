import { inspect } from 'node:util';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import { reasonToSkip, startRedis } from '@kontor/services';
import { z } from 'zod';
import { createJobQueue } from '../jobs/create-job-queue.js';
import { openRedis, type RedisServer, type RedisSetting } from './open-redis.js';

const missing = await reasonToSkip('redis');
const table = { 'file.read': { queue: 'files', data: z.object({ n: z.number() }), attempts: 3, timeoutMs: 20_000, backoffMs: 10, concurrency: 1, stalledMax: 1, waitingMax: 1_000 } };
const opened: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});
async function start(settings: Record<string, string> = {}): Promise<string> {
  const server = await startRedis({ settings });
  opened.push({ close: () => server.stop() });
  return server.url;
}
async function open(setting: RedisSetting): Promise<RedisServer> {
  const redis = await openRedis(setting);
  opened.push(redis);
  return redis;
}

it('says where no server answers, without the password, and within seconds', async () => {
  const startedMs = performance.now();
  const error: unknown = await openRedis({ url: 'redis://kontor:secret-4711@127.0.0.1:1/0' }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'redis.unreachable', message: 'Redis at 127.0.0.1:1 cannot be reached (ECONNREFUSED). Start it, or correct KONTOR_REDIS_URL.' });
  expect(inspect(error, { depth: 9 })).not.toContain('4711');
  await expect(openRedis({ url: 'redis://no-such-host.invalid' })).rejects.toMatchObject({ code: 'redis.unreachable' });
  expect(performance.now() - startedMs).toBeLessThan(10_000);
});

describe.skipIf(missing)('with a server', () => {
  it('refuses a wrong password and a missing one, and shows neither', async () => {
    const right = new URL(await start());
    const [wrong, missingOne] = [new URL(right), new URL(right)];
    wrong.password = 'wrong-4711';
    [missingOne.username, missingOne.password] = ['', ''];
    for (const url of [wrong, missingOne]) {
      const error: unknown = await openRedis({ url: url.href }).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'redis.wrong_password' });
      expect(inspect(error, { depth: 9 })).not.toMatch(new RegExp(`4711|${right.password}`));
    }
    await expect((await open({ url: right.href })).health()).resolves.toBeUndefined();
  });

  it('refuses a server that throws jobs away when it is full', async () => {
    const url = await start({ 'maxmemory-policy': 'allkeys-lru' });
    await expect(openRedis({ url })).rejects.toMatchObject({ code: 'redis.eviction', details: { policy: 'allkeys-lru' } });
  });

  it('tells that a server keeps nothing on its disk', async () => {
    const redis = await open({ url: await start({ appendonly: 'no' }) });
    expect(redis.notices).toEqual([expect.stringContaining('CONFIG SET appendonly yes')]);
  });

  it('is not well while the server takes nothing new, though it answers', async () => {
    const url = await start();
    const [redis, raw] = [await open({ url }), new Redis(url)];
    await raw.config('SET', 'maxmemory', '1');
    await expect(redis.health()).rejects.toMatchObject({ code: 'redis.full', status: 503 });
    await raw.config('SET', 'maxmemory', '0');
    await raw.replicaof('127.0.0.1', '1');
    await expect(redis.health()).rejects.toMatchObject({ code: 'redis.replica' });
    await raw.replicaof('NO', 'ONE');
    await expect(redis.health()).resolves.toBeUndefined();
    raw.disconnect();
  });

  it('goes on with its work once an account that was removed is there again, and tells meanwhile that it may not sign in', async () => {
    const url = new URL(await start());
    const raw = new Redis(url.href);
    const make = () => raw.call('ACL', 'SETUSER', 'kontor', 'on', '>secret-4711', '~*', '&*', '+@all');
    await make();
    [url.username, url.password] = ['kontor', 'secret-4711'];
    const redis = await open({ url: url.href, waitMs: 1_000 });
    const queue = await createJobQueue(table, { backend: 'redis', redis });
    opened.push(queue);
    const ran: number[] = [];
    await queue.startWorkers([{ job: 'file.read', run: ({ n }) => Promise.resolve(void ran.push(n)) }]);
    await queue.enqueue('file.read', { n: 1 }, { id: 'read-1' });
    await expect.poll(() => ran).toEqual([1]);
    // Redis ends the connections of an account with it.
    await raw.call('ACL', 'DELUSER', 'kontor');
    const refused = { code: 'redis.wrong_password', status: 503, retry: 'later', message: expect.stringContaining('KONTOR_REDIS_URL') as string };
    await expect.poll(() => redis.health().catch((error: unknown) => error), { timeout: 5_000 }).toMatchObject(refused);
    const refusal = await queue.enqueue('file.read', { n: 2 }, { id: 'read-2' }).catch((thrown: unknown) => thrown);
    expect(refusal).toMatchObject({ code: expect.stringMatching(/^(redis\.wrong_password|queue\.unreachable)$/) as string, retry: 'later' });
    expect(inspect(refusal, { depth: 9 })).not.toContain('4711');
    await make();
    await expect.poll(() => redis.health().then(() => 'well', () => 'away'), { timeout: 10_000 }).toBe('well');
    await queue.enqueue('file.read', { n: 3 }, { id: 'read-3' });
    await expect.poll(() => ran, { timeout: 10_000 }).toEqual([1, 3]);
    // An account that may do too little is told by another word.
    await raw.call('ACL', 'SETUSER', 'kontor', '-@write');
    await expect(redis.health()).rejects.toMatchObject({ code: 'redis.forbidden', retry: 'later' });
    raw.disconnect();
  });

  it('notices a password that was changed while it ran, and one that was changed back', async () => {
    const url = await start();
    const [redis, raw] = [await open({ url, waitMs: 500 }), new Redis(url)];
    await raw.config('SET', 'requirepass', 'other-0815');
    await raw.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await expect.poll(() => redis.health().then(() => 'well', (error: { code: string }) => error.code), { timeout: 5_000 }).toBe('redis.wrong_password');
    await raw.config('SET', 'requirepass', new URL(url).password);
    await expect.poll(() => redis.health().then(() => 'well', (error: { code: string }) => error.code), { timeout: 5_000 }).toBe('well');
    raw.disconnect();
  });
});
