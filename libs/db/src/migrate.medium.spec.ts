import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadMigrations, migrate } from './migrate.js';
import { openPostgres } from './postgres/open-postgres.js';
import { type FreshDatabase, freshDatabase, postgresMissing, stopTestDatabases } from './testing/index.js';
import { PostgresServer } from './testing/postgres-server.js';

afterAll(stopTestDatabases, 60_000);
const missing = await postgresMissing();

function describeMigrations(name: string, open: () => Promise<FreshDatabase>): void {
  describe(`migrations on ${name}`, () => {
    let fresh: FreshDatabase;
    beforeAll(async () => {
      fresh = await open();
    }, 120_000);
    afterAll(() => fresh.close());

    it('run once', async () => {
      expect(await migrate(fresh.engine, await loadMigrations())).toEqual([]);
    });

    it('refuse a file that was changed after it had run, and name it', async () => {
      const [first, ...rest] = await loadMigrations();
      await expect(migrate(fresh.engine, [{ ...first!, checksum: 'other' }, ...rest])).rejects.toMatchObject({ code: 'store.migration_changed', details: { migration: first!.name } });
    });

    it('refuse a database that a newer Kontor wrote', async () => {
      await expect(migrate(fresh.engine, (await loadMigrations()).slice(0, -1))).rejects.toMatchObject({ code: 'store.newer' });
    });

    it('undo a file that fails half-way, and can be run again', async () => {
      const migrations = await loadMigrations();
      const broken = { name: '9999_broken.sql', checksum: 'a', sql: 'CREATE TABLE half (n integer); SELECT nothing' };
      await expect(migrate(fresh.engine, [...migrations, broken])).rejects.toMatchObject({ code: 'store.query_failed' });
      const mended = { ...broken, checksum: 'b', sql: 'CREATE TABLE half (n integer)' };
      expect(await migrate(fresh.engine, [...migrations, mended])).toEqual(['9999_broken.sql']);
    });
  });
}

describeMigrations('PGlite', () => freshDatabase('pglite'));
if (missing === null) describeMigrations('PostgreSQL', () => freshDatabase('postgres'));

describe.skipIf(missing !== null)(missing === null ? 'opening PostgreSQL' : `opening PostgreSQL: skipped, ${missing}`, () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await PostgresServer.start();
  }, 120_000);
  afterAll(() => server.stop());

  it('works for two processes that start at once on an empty database', async () => {
    const url = server.url(await server.createDatabase());
    const both = await Promise.all([openPostgres({ url }), openPostgres({ url })]);
    expect((await both[0].health()).migrations).toBe((await loadMigrations()).length);
    await Promise.all(both.map((database) => database.close()));
  });

  it.each([
    ['ALTER ROLE kontor_app BYPASSRLS', 'ALTER ROLE kontor_app NOSUPERUSER NOBYPASSRLS;'],
    ['ALTER ROLE kontor_worker SUPERUSER', 'ALTER ROLE kontor_worker NOSUPERUSER NOBYPASSRLS;'],
    ['GRANT postgres TO kontor_app', 'REVOKE postgres FROM kontor_app;'],
    ['ALTER TABLE chunk NO FORCE ROW LEVEL SECURITY', 'ALTER TABLE chunk ENABLE ROW LEVEL SECURITY; ALTER TABLE chunk FORCE ROW LEVEL SECURITY;'],
    ['ALTER TABLE message_text DISABLE ROW LEVEL SECURITY', 'ALTER TABLE message_text ENABLE ROW LEVEL SECURITY; ALTER TABLE message_text FORCE ROW LEVEL SECURITY;'],
  ])('refuses to start after %s, and names the statement that mends it', async (harm, mend) => {
    const name = await server.createDatabase();
    const url = server.url(name);
    await (await openPostgres({ url })).close();
    await server.administer(harm, name);
    await expect(openPostgres({ url })).rejects.toMatchObject({ code: 'store.role_bypasses_rls', message: expect.stringContaining(mend) as string });
    await server.administer(mend, name);
    await (await openPostgres({ url })).close();
  });

  it('says which statement makes pgvector, where this account may not', async () => {
    const name = await server.createDatabase();
    await server.administer('DROP EXTENSION vector', name);
    await expect(openPostgres({ url: server.url(name) })).rejects.toMatchObject({ code: 'store.vector_missing', message: expect.stringContaining('CREATE EXTENSION vector;') as string });
  });

  it('tells a server that is not there from one that refuses, and repeats no password', async () => {
    await expect(openPostgres({ url: 'postgres://kontor:hidden@127.0.0.1:1/kontor', connectTimeoutMs: 2_000 })).rejects.toMatchObject({ code: 'store.unreachable', retry: 'later' });
    const refused = await openPostgres({ url: server.url('nowhere', 'nobody').replace('nobody@', 'nobody:hidden@') }).catch((thrown: Error) => thrown);
    expect(refused).toMatchObject({ code: 'store.unreachable' });
    expect(String((refused as Error).stack)).not.toContain('hidden');
  });

  it('replaces a session that the server ended in the middle of a transaction', async () => {
    const name = await server.createDatabase();
    const database = await openPostgres({ url: server.url(name), connectionsMax: 1 });
    const killed = database.worker('t', async (tx) => {
      await server.administer(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}' AND pid <> pg_backend_pid()`, name);
      await tx.query('SELECT 1');
    });
    await expect(killed).rejects.toMatchObject({ code: 'store.unreachable', retry: 'later' });
    expect(await database.worker('t', async () => 'on')).toBe('on');
    await database.close();
  });
});
