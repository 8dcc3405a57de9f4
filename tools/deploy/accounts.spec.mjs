import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migratePostgres, openPostgres } from '@kontor/db';
import { postgresBinaries } from '../services/postgres-binaries.mjs';
import { reasonToSkip, startPostgres } from '../services/index.mjs';

const script = resolve(import.meta.dirname, '../../deploy/compose/10-accounts.sh');
const missing = await reasonToSkip('postgres');

// Compose gives the server this script at its first start.
describe.skipIf(missing)(`the accounts of PostgreSQL${missing ? `: skipped, ${missing}` : ''}`, () => {
  let server;
  const url = (account, password) => `postgres://${account}:${password}@127.0.0.1:${server.port}/firm`;

  beforeAll(async () => {
    server = await startPostgres();
    // The script makes an account of this name itself, as on a server that is new.
    await server.administer('ALTER ROLE kontor_owner RENAME TO another_owner');
    await server.administer('CREATE DATABASE firm');
    const env = {
      PATH: `${await postgresBinaries()}:${process.env.PATH}`, PGHOST: '127.0.0.1', PGPORT: String(server.port), PGPASSWORD: new URL(server.address('postgres', 'postgres')).password,
      POSTGRES_USER: 'postgres', POSTGRES_DB: 'firm', DATABASE_OWNER_PASSWORD: "owner's4711", DATABASE_PASSWORD: 'service4711',
    };
    await promisify(execFile)('sh', [script], { env });
  }, 300_000);
  afterAll(() => server?.stop());

  it('let the owner migrate and the services work, and neither is more than it must be', async () => {
    const applied = await migratePostgres({ ownerUrl: url('kontor_owner', encodeURIComponent("owner's4711")), serviceUrl: url('kontor', 'service4711'), jobTables: false });
    expect(applied.length).toBeGreaterThan(5);
    const database = await openPostgres({ url: url('kontor', 'service4711') });
    try {
      expect(await database.health()).toMatchObject({ migrations: applied.length });
    } finally {
      await database.close();
    }
    const strong = await server.administer("SELECT rolname FROM pg_roles WHERE rolname LIKE 'kontor%' AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb)");
    expect(strong).toEqual([]);
    const rights = await server.administer("SELECT has_schema_privilege('kontor', 'public', 'CREATE') AS tables, has_database_privilege('kontor', 'firm', 'CREATE') AS schemas, has_table_privilege('kontor', 'document', 'SELECT') AS reads", 'firm');
    expect(rights).toEqual([{ tables: false, schemas: false, reads: false }]);
  }, 120_000);
});
