import { inspect } from 'node:util';
import { Redis } from 'ioredis';
import { afterEach, expect, it } from 'vitest';
import { startTestRedis, type TestRedis } from '../testing/redis-server.js';
import { openRedis, type RedisServer } from './open-redis.js';

const opened: (TestRedis | RedisServer)[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await ('stop' in one ? one.stop() : one.close());
});
async function start(setting: Record<string, string> = {}): Promise<string> {
  const server = await startTestRedis(setting);
  opened.push(server);
  return server.url;
}

it('says where no server answers, without the password, and within seconds', async () => {
  const startedMs = performance.now();
  const error: unknown = await openRedis({ url: 'redis://kontor:secret-4711@127.0.0.1:1/0' }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'redis.unreachable', message: 'Redis at 127.0.0.1:1 cannot be reached (ECONNREFUSED). Start it, or correct KONTOR_REDIS_URL.' });
  expect(inspect(error, { depth: 9 })).not.toContain('4711');
  await expect(openRedis({ url: 'redis://no-such-host.invalid' })).rejects.toMatchObject({ code: 'redis.unreachable' });
  expect(performance.now() - startedMs).toBeLessThan(10_000);
});

it('refuses a wrong password and a missing one, and shows neither', async () => {
  const url = await start({ requirepass: 'right-0815' });
  for (const wrong of [url.replace('redis://', 'redis://:wrong-4711@'), url]) {
    const error: unknown = await openRedis({ url: wrong }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'redis.wrong_password' });
    expect(inspect(error, { depth: 9 })).not.toMatch(/4711|0815/);
  }
  const redis = await openRedis({ url: url.replace('redis://', 'redis://:right-0815@') });
  opened.push(redis);
  await expect(redis.health()).resolves.toBeUndefined();
});

it('refuses a server that throws jobs away when it is full', async () => {
  const url = await start({ 'maxmemory-policy': 'allkeys-lru' });
  await expect(openRedis({ url })).rejects.toMatchObject({ code: 'redis.eviction', details: { policy: 'allkeys-lru' } });
});

it('tells that a server keeps nothing on its disk', async () => {
  const redis = await openRedis({ url: await start({ appendonly: 'no' }) });
  opened.push(redis);
  expect(redis.notices).toEqual([expect.stringContaining('CONFIG SET appendonly yes')]);
});

it('is not well while the server takes nothing new, though it answers', async () => {
  const url = await start();
  const redis = await openRedis({ url });
  const raw = new Redis(url);
  opened.push(redis);
  await raw.config('SET', 'maxmemory', '1');
  await expect(redis.health()).rejects.toMatchObject({ code: 'redis.full', status: 503 });
  await raw.config('SET', 'maxmemory', '0');
  await raw.replicaof('127.0.0.1', '1');
  await expect(redis.health()).rejects.toMatchObject({ code: 'redis.replica' });
  await raw.replicaof('NO', 'ONE');
  await expect(redis.health()).resolves.toBeUndefined();
  raw.disconnect();
});

it('notices a password that was changed while it ran, and one that was changed back', async () => {
  const url = await start();
  const redis = await openRedis({ url, waitMs: 500 });
  opened.push(redis);
  const raw = new Redis(url);
  await raw.config('SET', 'requirepass', 'other-0815');
  await raw.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
  await expect.poll(() => redis.health().then(() => 'well', (error: { code: string }) => error.code), { timeout: 5_000 }).toBe('redis.wrong_password');
  await raw.config('SET', 'requirepass', '');
  await expect.poll(() => redis.health().then(() => 'well', (error: { code: string }) => error.code), { timeout: 5_000 }).toBe('well');
  raw.disconnect();
});
