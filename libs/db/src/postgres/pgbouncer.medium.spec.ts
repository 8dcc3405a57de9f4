import { reasonToSkip } from '@kontor/services';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Database } from '../database.js';
import { scopeOf } from '../testing/factories.js';
import { describeDatabase, postgresMissing, stopTestDatabases } from '../testing/index.js';
import { Pgbouncer } from '../testing/pgbouncer.js';
import { PostgresServer } from '../testing/postgres-server.js';
import { migratePostgres } from './migrate-postgres.js';
import { openPostgres } from './open-postgres.js';
import { openQueuePool } from './open-queue-pool.js';
import { PostgresEngine } from './postgres-engine.js';

afterAll(stopTestDatabases, 60_000);
const missing = (await reasonToSkip('pgbouncer')) ?? (await postgresMissing());
/** Fewer sessions than callers, so that each caller gets another's. */
const SESSIONS = 3;

describe.skipIf(missing !== null)(missing === null ? 'behind pgbouncer in transaction mode' : `behind pgbouncer: skipped, ${missing}`, () => {
  let server: PostgresServer;
  let bouncer: Pgbouncer;
  beforeAll(async () => {
    server = await PostgresServer.start();
    bouncer = await Pgbouncer.start(server, SESSIONS);
  }, 120_000);
  afterAll(async () => {
    await bouncer.stop();
    await server.stop();
  });

  /** Through the pooler from the migration on. */
  async function migrated(): Promise<string> {
    const name = await server.createDatabase();
    await migratePostgres({ ownerUrl: bouncer.url(name, 'kontor_owner'), serviceUrl: bouncer.url(name) });
    return name;
  }

  describeDatabase('PostgreSQL behind pgbouncer', async () => {
    const name = await migrated();
    const engine = new PostgresEngine({ url: bouncer.url(name), connectionsMax: 10 });
    const unguarded = new PostgresEngine({ url: bouncer.url(name, 'postgres') });
    return {
      engine,
      owner: unguarded,
      database: new Database(engine),
      open: (options) => new Database(engine, options),
      openUnguarded: () => new Database(unguarded, { personRole: 'postgres' }),
      close: async () => {
        await engine.close();
        await unguarded.close();
      },
    };
  });

  it('passes every check of a start, and mixes up nobody and no limit where callers share sessions', async () => {
    const database = await openPostgres({ url: bouncer.url(await migrated()), connectionsMax: 20, statementTimeoutMs: 7_000 });
    const asked = await Promise.all(
      Array.from({ length: 200 }, (_, at) => {
        const settings = `SELECT current_user AS role, current_setting('app.tenant', true) AS tenant, nullif(current_setting('app.person', true), '') AS person, current_setting('statement_timeout') AS "limit", pg_sleep(0.002)::text AS slept`;
        return at % 2 === 0
          ? database.person(scopeOf(`t${at}`, `p${at}`), (tx) => tx.query<{ tenant: string; person: string | null }>(settings))
          : database.worker(`t${at}`, (tx) => tx.query<{ tenant: string; person: string | null }>(settings));
      }),
    );
    asked.forEach(([row], at) =>
      expect(row).toMatchObject({ role: at % 2 === 0 ? 'kontor_app' : 'kontor_worker', tenant: `t${at}`, person: at % 2 === 0 ? `p${at}` : null, limit: '7s' }));
    await database.close();
  });

  it('leaves nothing set in a session that the next one gets', async () => {
    const name = await migrated();
    const database = await openPostgres({ url: bouncer.url(name) });
    await database.person(scopeOf('t', 'p'), async () => undefined);
    const plain = new PostgresEngine({ url: bouncer.url(name) });
    for (let at = 0; at < SESSIONS * 2; at += 1) {
      const rows = await plain.withSession('person', (session) => session.query(`SELECT current_user AS role, coalesce(current_setting('app.tenant', true), '') AS tenant, current_setting('statement_timeout') AS "limit"`));
      expect(rows).toEqual([{ role: 'kontor_service', tenant: '', limit: '0' }]);
    }
    await Promise.all([plain.close(), database.close()]);
  });

  it('refuses the address for the job queue, which has to listen, and takes the server itself', async () => {
    const name = await migrated();
    await expect(openQueuePool({ url: bouncer.url(name) })).rejects.toMatchObject({ code: 'queue.cannot_listen' });
    const pool = await openQueuePool({ url: server.url(name) });
    expect((await pool.query<{ path: string }>(`SELECT current_setting('search_path') AS path`)).rows).toEqual([{ path: 'bullmq, public' }]);
    await pool.close();
  });
});
