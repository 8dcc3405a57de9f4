import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AppError } from '@kontor/kernel';
import { postgresMissing, stopTestDatabases } from '../testing/index.js';
import { PostgresServer } from '../testing/postgres-server.js';
import { migratePostgres } from './migrate-postgres.js';
import { openPostgres } from './open-postgres.js';
import { PostgresEngine } from './postgres-engine.js';
import { assertServerVersion } from './server-version.js';

afterAll(stopTestDatabases, 60_000);
const missing = await postgresMissing();

describe.skipIf(missing !== null)(missing === null ? 'opening PostgreSQL' : `opening PostgreSQL: skipped, ${missing}`, () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await PostgresServer.start();
  }, 120_000);
  afterAll(() => server.stop());

  async function migrated(): Promise<string> {
    const name = await server.createDatabase();
    await migratePostgres({ ownerUrl: server.ownerUrl(name), serviceUrl: server.url(name) });
    return name;
  }

  it.each([
    ['ALTER ROLE kontor_app BYPASSRLS', 'ALTER ROLE kontor_app NOSUPERUSER NOBYPASSRLS;'],
    ['ALTER ROLE kontor_worker SUPERUSER', 'ALTER ROLE kontor_worker NOSUPERUSER NOBYPASSRLS;'],
    ['GRANT postgres TO kontor_app', 'REVOKE postgres FROM kontor_app;'],
    ['ALTER TABLE chunk NO FORCE ROW LEVEL SECURITY', 'ALTER TABLE chunk ENABLE ROW LEVEL SECURITY; ALTER TABLE chunk FORCE ROW LEVEL SECURITY;'],
    ['ALTER TABLE message_text DISABLE ROW LEVEL SECURITY', 'ALTER TABLE message_text ENABLE ROW LEVEL SECURITY; ALTER TABLE message_text FORCE ROW LEVEL SECURITY;'],
    ['ALTER ROLE kontor_service BYPASSRLS', 'ALTER ROLE kontor_service NOBYPASSRLS;'],
    ['GRANT postgres TO kontor_service', 'REVOKE postgres FROM kontor_service;'],
    ['GRANT kontor_owner TO kontor_service', 'REVOKE kontor_owner FROM kontor_service;'],
    ['CREATE ROLE helper; GRANT pg_read_server_files TO helper; GRANT helper TO kontor_service', 'REVOKE helper FROM kontor_service;'],
    ['ALTER TABLE citation OWNER TO kontor_service', 'GRANT kontor_app, kontor_worker, kontor_search TO kontor_application WITH INHERIT FALSE, SET TRUE;'],
  ])('refuses to start after %s, and names the statement that mends it', async (harm, mend) => {
    const name = await migrated();
    const url = server.url(name);
    await (await openPostgres({ url })).close();
    await server.administer(harm, name);
    const refusal = (await openPostgres({ url }).catch((thrown: unknown) => thrown)) as AppError;
    expect(refusal).toMatchObject({ code: 'store.role_bypasses_rls', message: expect.stringContaining(mend) as string });
    await server.administer((refusal.details['mends'] as string[]).join(' '), name);
    const mended = harm.includes('OWNER TO') ? server.url(name, 'kontor_application') : url;
    await (await openPostgres({ url: mended })).close();
  });

  it.each(['postgres', 'kontor_owner'])('refuses %s for the services, and names the account to make instead', async (account) => {
    const name = await migrated();
    const refusal = (await openPostgres({ url: server.url(name, account) }).catch((thrown: unknown) => thrown)) as AppError;
    expect(refusal).toMatchObject({ code: 'store.role_bypasses_rls', message: expect.stringContaining('KONTOR_DATABASE_URL') as string, details: { account } });
    await server.administer((refusal.details['mends'] as string[]).join(' '), name);
    await (await openPostgres({ url: server.url(name) })).close();
  });

  it('names the statement where the account may not take the roles of transactions', async () => {
    const name = await migrated();
    await server.administer('CREATE ROLE stranger LOGIN', name);
    const refusal = (await openPostgres({ url: server.url(name, 'stranger') }).catch((thrown: unknown) => thrown)) as AppError;
    expect(refusal).toMatchObject({ code: 'store.roles_missing' });
    await server.administer(String(refusal.details['mends']), name);
    await (await openPostgres({ url: server.url(name, 'stranger') })).close();
  });

  it('changes nothing itself: a missing pgvector is for the owner to make', async () => {
    const name = await server.createDatabase();
    await server.administer('DROP EXTENSION vector', name);
    await expect(openPostgres({ url: server.url(name) })).rejects.toMatchObject({ code: 'store.vector_missing', message: expect.stringContaining('kontor migrate') as string });
  });

  it('refuses a server that is too old', async () => {
    const engine = new PostgresEngine({ url: server.url('postgres') });
    await assertServerVersion(engine);
    await expect(assertServerVersion(engine, 99)).rejects.toMatchObject({ code: 'store.server_too_old', message: expect.stringMatching(/PostgreSQL 99 or newer; this server is 18/) as string });
    await engine.close();
  });

  it('tells a server that is not there from one that refuses, and repeats no password', async () => {
    await expect(openPostgres({ url: 'postgres://kontor:hidden@127.0.0.1:1/kontor', connectTimeoutMs: 2_000 })).rejects.toMatchObject({ code: 'store.unreachable', retry: 'later' });
    for (const [url, code] of [[server.url('nowhere', 'nobody'), 'store.credentials_refused'], [server.url('nowhere'), 'store.database_missing']] as const) {
      const refused = await openPostgres({ url: url.replace('@', ':hidden@') }).catch((thrown: Error) => thrown);
      expect(refused).toMatchObject({ code, retry: 'later' });
      expect(String((refused as Error).stack)).not.toContain('hidden');
    }
  });
});
