import { reasonToSkip, startPostgres, startProxy, type PostgresServer, type Proxy } from '@kontor/services';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../database.js';
import { migratePostgres } from './migrate-postgres.js';
import { openPostgres } from './open-postgres.js';

const missing = await reasonToSkip('postgres');
/** The statement's limit, the grace for its answer, and a busy machine. */
const TOLD_MS_MAX = 15_000;

describe.skipIf(missing !== null)(missing === null ? 'the network to PostgreSQL' : `the network to PostgreSQL: skipped, ${missing}`, () => {
  let server: PostgresServer;
  let proxy: Proxy;
  let database: Database;
  beforeAll(async () => {
    server = await startPostgres();
    await migratePostgres({ ownerUrl: server.ownerUrl, serviceUrl: server.url });
    proxy = await startProxy({ to: server });
    database = await openPostgres({ url: server.url.replace(`:${server.port}/`, `:${proxy.port}/`), statementTimeoutMs: 1_000, connectTimeoutMs: 2_000, connectionsMax: 4 });
  });
  afterAll(async () => {
    await database.close();
    await proxy.stop();
    await server.stop();
  });

  const ask = (): Promise<unknown> => database.worker('t', (tx) => tx.query('SELECT 1'));
  const during = (harm: () => void) => database.worker('t', async (tx) => {
    await tx.query('SELECT 1');
    harm();
    await tx.query('SELECT 2');
  });

  it.each(['stall', 'cut'] as const)('may %s in the middle of a transaction and at a start: it is told in time, and gone once it is over', async (harm) => {
    const startedMs = performance.now();
    await expect(during(() => proxy[harm]())).rejects.toMatchObject({ code: 'store.unreachable', retry: 'later' });
    expect(performance.now() - startedMs).toBeLessThan(TOLD_MS_MAX);
    await expect(ask()).rejects.toMatchObject({ code: 'store.unreachable', retry: 'later' });
    proxy.heal();
    await expect.poll(() => ask().then(() => 'on', (error: { code: string }) => error.code), { timeout: TOLD_MS_MAX }).toBe('on');
  });
});
