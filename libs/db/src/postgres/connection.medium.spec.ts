import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../database.js';
import { makeCorpus } from '../testing/factories.js';
import { postgresMissing, stopTestDatabases } from '../testing/index.js';
import { PostgresServer } from '../testing/postgres-server.js';
import { migratePostgres } from './migrate-postgres.js';
import { openPostgres } from './open-postgres.js';
import type { PostgresSettings } from './postgres-engine.js';

afterAll(stopTestDatabases, 60_000);
const missing = await postgresMissing();

describe.skipIf(missing !== null)(missing === null ? 'connections to PostgreSQL' : `connections to PostgreSQL: skipped, ${missing}`, () => {
  let server: PostgresServer;
  let name: string;
  const opened: Database[] = [];
  beforeAll(async () => {
    server = await PostgresServer.start();
    name = await server.createDatabase();
    await migratePostgres({ ownerUrl: server.ownerUrl(name), serviceUrl: server.url(name) });
  }, 120_000);
  afterAll(async () => {
    for (const database of opened) await database.close();
    await server.stop();
  });

  async function open(settings: Omit<PostgresSettings, 'url'> = {}): Promise<Database> {
    const database = await openPostgres({ url: server.url(name), ...settings });
    opened.push(database);
    return database;
  }
  const endSessions = (doing: string): Promise<void> => server.administer(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}' AND usename = 'kontor_service' AND query LIKE '${doing}%'`, name);
  const pause = (ms: number): Promise<void> => new Promise((wake) => setTimeout(wake, ms));

  it('replaces a session that the server ended in the middle of a transaction', async () => {
    const database = await open({ connectionsMax: 1 });
    const killed = database.worker('t', async (tx) => {
      await endSessions('');
      await tx.query('SELECT 1');
    });
    await expect(killed).rejects.toMatchObject({ code: 'store.unreachable', retry: 'later' });
    expect(await database.worker('t', async () => 'on')).toBe('on');
  });

  it('ends a statement that takes too long, a wait for a lock and a transaction that idles, each by its own name', async () => {
    const database = await open({ statementTimeoutMs: 300, idleInTransactionTimeoutMs: 200 });
    await expect(database.worker('t', (tx) => tx.query('SELECT pg_sleep(5)'))).rejects.toMatchObject({ code: 'store.timeout', retry: 'later' });
    const idle = database.worker('t', async (tx) => {
      await pause(600);
      await tx.query('SELECT 1');
    });
    await expect(idle).rejects.toMatchObject({ code: 'store.unreachable', retry: 'later' });
    const [holder, waiter] = [await open(), await open({ lockTimeoutMs: 200 })];
    await holder.worker('t', async (tx) => {
      await makeCorpus(tx);
      await expect(waiter.worker('t', (other) => makeCorpus(other))).rejects.toMatchObject({ code: 'store.lock_timeout', retry: 'later' });
    });
  });

  it('says that the outcome is unknown where the connection is lost while saving', async () => {
    await server.administer(`CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(30); RETURN NULL; END';
      CREATE CONSTRAINT TRIGGER dawdle AFTER INSERT ON corpus DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION dawdle()`, name);
    const database = await open();
    const saving = database.worker('lost', (tx) => makeCorpus(tx));
    saving.catch(() => undefined);
    await pause(500);
    await endSessions('COMMIT');
    await expect(saving).rejects.toMatchObject({ code: 'store.outcome_unknown', retry: 'later' });
    await server.administer('DROP TRIGGER dawdle ON corpus', name);
    await database.worker('lost', (tx) => makeCorpus(tx));
  });

  it('works on after the server was killed in the middle of work and started again', async () => {
    const database = await open();
    const [committed] = await database.worker('kept', async (tx) => [await makeCorpus(tx)]);
    const running = [1, 2, 3].map(() => database.worker('kept', (tx) => tx.query('SELECT pg_sleep(20)')));
    for (const work of running) work.catch(() => undefined);
    await pause(300);
    await server.kill();
    for (const work of running) await expect(work).rejects.toMatchObject({ code: 'store.unreachable', retry: 'later' });
    await expect(database.health()).rejects.toMatchObject({ code: 'store.unreachable', retry: 'later' });
    await server.restart();
    const rows = await database.worker('kept', (tx) => tx.query('SELECT id FROM corpus WHERE tenant = $1', [tx.tenant]));
    expect(rows).toHaveLength(1);
    expect(committed).toBeDefined();
    await expect(database.health()).resolves.toMatchObject({ serverVersion: expect.stringMatching(/^18/) as string });
  });
});
