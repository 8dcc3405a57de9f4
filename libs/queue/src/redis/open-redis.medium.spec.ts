import { inspect } from 'node:util';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import { reasonToSkip, startRedis } from '@kontor/services';
import { openRedis, type RedisServer, type RedisSetting } from './open-redis.js';

const missing = await reasonToSkip('redis');
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
