import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, reasonToSkip, startKafka, startPostgres, startRedis, startS3 } from './index.mjs';
import { isAlive, signalTree } from './processes.mjs';
import { readBack, writeDown } from './testing/clients.mjs';

// A Java server takes three seconds of a processor to start; where many share two processors that is a minute.
const PATIENCE_MS = 600_000;
const starters = { postgres: startPostgres, redis: startRedis, kafka: startKafka, s3: startS3 };
const skips = Object.fromEntries(await Promise.all(Object.keys(starters).map(async (name) => [name, await reasonToSkip(name)])));

describe.each(Object.keys(starters))('%s', (name) => {
  const skip = skips[name];
  if (skip) return it.skip(`is not here: ${skip}`);
  let server;
  beforeAll(async () => {
    server = await starters[name]();
  });
  afterAll(() => server.stop());

  it('answers, and has its data again after a kill and after an orderly restart', async () => {
    const port = server.port;
    await writeDown[name](server, 'first');
    await server.kill();
    expect(server.pid).toBeUndefined();
    await expect(readBack[name](server)).rejects.toThrow();
    await server.restart();
    expect(server.port).toBe(port);
    await writeDown[name](server, 'second');
    await server.restart();
    expect(await readBack[name](server)).toEqual(['first', 'second']);
  }, PATIENCE_MS);

  it('leaves no process and no folder when it stops, even if it was hanging', async () => {
    const other = await starters[name]();
    const ids = signalTree(other.pid, 0);
    other.pause();
    await other.stop();
    expect(ids.filter(isAlive)).toEqual([]);
    expect(existsSync(other.folder)).toBe(false);
    expect(await readBack[name](server)).toEqual(['first', 'second']);
  }, PATIENCE_MS);
});

describe.skipIf(skips.redis)('a server', () => {
  it('takes another port where the one it was to have is taken', async () => {
    const port = await freePort();
    const holder = createServer().listen(port, '127.0.0.1');
    await new Promise((resolve) => holder.once('listening', resolve));
    const redis = await startRedis({ port });
    expect(redis.port).not.toBe(port);
    expect(await readBack.redis(redis)).toEqual([]);
    await redis.stop();
    await new Promise((resolve) => holder.close(resolve));
  });

  it('can be started wrong, to see what Kontor says to it', async () => {
    const redis = await startRedis({ settings: { 'maxmemory-policy': 'allkeys-lru' } });
    expect(await readBack.redisPolicy(redis)).toBe('allkeys-lru');
    await redis.stop();
  });

  it('that cannot start says why, and leaves nothing', async () => {
    const before = signalTree(process.pid, 0);
    await expect(startRedis({ settings: { appendfsync: 'sometimes' } })).rejects.toThrow(/redis does not start: [^]*appendfsync/);
    await expect.poll(() => signalTree(process.pid, 0).filter((id) => !before.includes(id) && isAlive(id))).toEqual([]);
  });
});

describe.skipIf(skips.postgres)('postgres', () => {
  it('gives databases to an owner who is no superuser, and lets the service only sign in', async () => {
    const postgres = await startPostgres();
    const roles = await postgres.administer(`SELECT rolname AS name, rolsuper AS super, rolcreaterole AS makes FROM pg_roles WHERE rolname LIKE 'kontor%' ORDER BY 1`);
    expect(roles).toEqual([{ name: 'kontor_owner', super: false, makes: true }, { name: 'kontor_service', super: false, makes: false }]);
    const copy = await postgres.createDatabase({ template: await postgres.createDatabase() });
    expect(await postgres.administer(`SELECT extname FROM pg_extension WHERE extname = 'vector'`, copy)).toHaveLength(1);
    await postgres.stop();
  });
});
