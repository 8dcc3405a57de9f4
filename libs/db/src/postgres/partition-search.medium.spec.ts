import { fork } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureOwnerCopies } from '../copy/owner-policy.js';
import { sumStore } from '../copy/loader.js';
import { COPY_SETTINGS } from '../copy/settings.js';
import { assertRowSecurity, ensureRoles, ensureVector } from '../guard.js';
import { loadMigrations, migrate } from '../migrate.js';
import { nearestDense } from '../repositories/retrieval.js';
import { type FreshDatabase, emptyPostgres, freshDatabase, partitionedDatabase, postgresMissing, stopTestDatabases } from '../testing/index.js';
import { type TwoCorpora, twoCorpora } from '../testing/two-corpora.js';
import { denseText } from '../vector-text.js';
import { migratePostgres } from './migrate-postgres.js';
import { openPostgres } from './open-postgres.js';
import { partitionSearch, PARTITIONS_MAX } from './partition-search.js';
import { PostgresEngine } from './postgres-engine.js';

afterAll(stopTestDatabases, 60_000);
const missing = await postgresMissing();

/** All that the catalogue holds of the tables of search, as lines, but for what is said of partitions. */
const DESCRIBED = `WITH t AS (SELECT c.* FROM pg_class c WHERE oid IN ('chunk_lexical'::regclass, 'chunk_dense'::regclass))
  SELECT relname || ': ' || line AS line FROM t CROSS JOIN LATERAL (
    SELECT format('%s %s %s %s %s', attname, format_type(atttypid, atttypmod), attnotnull, attstorage, attstattarget) AS line FROM pg_attribute WHERE attrelid = t.oid AND attnum > 0
    UNION ALL SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = t.oid AND contype <> 'n'
    UNION ALL SELECT replace(pg_get_indexdef(indexrelid), ' ONLY', '') || ' ' || indisvalid FROM pg_index WHERE indrelid = t.oid AND indexrelid::regclass::text !~ '_(words|hnsw_[0-9]+)$'
    UNION ALL SELECT format('%s %s %s %s %s %s', polname, polcmd, polpermissive, polroles::regrole[], pg_get_expr(polqual, t.oid), pg_get_expr(polwithcheck, t.oid)) FROM pg_policy WHERE polrelid = t.oid
    UNION ALL SELECT format('%s: %s %s %s', attname, grantee::regrole, privilege_type, is_grantable) FROM (SELECT '' AS attname, t.relacl AS acl UNION ALL SELECT attname, attacl FROM pg_attribute WHERE attrelid = t.oid) held, aclexplode(acl)
    UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = t.oid AND NOT tgisinternal
    UNION ALL SELECT format('%s %s of %s', relrowsecurity, relforcerowsecurity, relowner::regrole)) found ORDER BY 1`;

/** What an administrator may have added, and rights that the server then gives in whatever is new. */
const ADDED = `CREATE ROLE reporting; GRANT SELECT (chunk_id, acl_id) ON chunk_dense TO reporting WITH GRANT OPTION;
  ALTER TABLE chunk_dense ADD CONSTRAINT known CHECK (acl_id > 0), ALTER COLUMN acl_id SET STATISTICS 500; ALTER TABLE chunk_dense SET (autovacuum_vacuum_scale_factor = 0.01);
  CREATE INDEX by_hand ON chunk_lexical (tenant, acl_id) WHERE acl_id > 3;
  CREATE POLICY reporting_counts ON chunk_dense AS RESTRICTIVE FOR SELECT TO reporting USING (acl_id < 9);
  CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER touched BEFORE UPDATE ON chunk_lexical FOR EACH ROW EXECUTE FUNCTION touch();
  ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO PUBLIC, kontor_app, kontor_search, kontor_worker, reporting`;

describe.skipIf(missing !== null)(missing === null ? 'tables of search in partitions' : `tables of search in partitions: skipped, ${missing}`, () => {
  let fresh: FreshDatabase;
  let world: TwoCorpora;
  beforeAll(async () => {
    fresh = await freshDatabase('postgres');
    world = await twoCorpora(fresh.database, 500);
    await run(ADDED);
  }, 120_000);
  afterAll(() => fresh.close());

  const run = (sql: string): Promise<void> => fresh.owner.withSession('background', (session) => session.script(sql));
  const ask = <T extends object>(sql: string): Promise<T[]> =>
    fresh.owner.withSession('background', async (session) => {
      await session.script(`BEGIN; ${COPY_SETTINGS}`);
      return session.query<T>(sql).finally(() => session.script('ROLLBACK'));
    });
  const describeTables = async (): Promise<string[]> => (await ask<{ line: string }>(DESCRIBED)).map((row) => row.line);
  const parts = async (): Promise<string[]> => (await ask<{ name: string }>(`SELECT relname AS name FROM pg_class WHERE relispartition AND relkind = 'r' ORDER BY relname`)).map((row) => row.name);
  /** What they are and hold, and as which files. */
  const state = async () => ({ tables: await describeTables(), files: await ask(`SELECT 'chunk_dense'::regclass::oid AS dense, 'chunk_lexical'::regclass::oid AS lexical, to_regnamespace('kontor_before') AS beside`) });

  it('are not made while something uses them, nor where something stands in the way, and then stay as they are', async () => {
    const before = await state();
    await fresh.engine.withSession('person', async (session) => {
      await session.script('BEGIN; SET LOCAL ROLE kontor_app; SELECT FROM chunk_dense');
      await expect(partitionSearch(fresh.owner, 4)).rejects.toMatchObject({ code: 'partitions.store_in_use', status: 409, message: expect.stringContaining('stop every service') as string });
      await session.script('ROLLBACK');
    });
    await run('CREATE VIEW counted AS SELECT count(*) FROM chunk_dense');
    await expect(partitionSearch(fresh.owner, 4)).rejects.toMatchObject({ code: 'partitions.failed', details: { sqlstate: '2BP01' } });
    await run('DROP VIEW counted; CREATE UNIQUE INDEX odd ON chunk_lexical (tenant, chunk_id, acl_id)');
    await expect(partitionSearch(fresh.owner, 4)).rejects.toMatchObject({ code: 'partitions.failed', message: expect.stringContaining('CREATE UNIQUE INDEX odd') as string });
    await run('DROP INDEX odd');
    for (const count of [0, 1.5, PARTITIONS_MAX + 1]) await expect(partitionSearch(fresh.owner, count)).rejects.toMatchObject({ code: 'partitions.out_of_range' });
    expect(await state()).toEqual(before);
  });

  it('stay as they are where the process that makes them is killed in the middle, and its locks go with it', async () => {
    const { ownerUrl, serviceUrl } = await emptyPostgres();
    await migratePostgres({ ownerUrl, serviceUrl });
    const [owner, services] = [new PostgresEngine({ url: ownerUrl }), await openPostgres({ url: serviceUrl })];
    const { reader, corpusIds } = await twoCorpora(services, 200);
    const held = await sumStore(owner);
    const child = fork(new URL('../testing/migrate-process.js', import.meta.url), [ownerUrl, serviceUrl, '4'], { stdio: 'inherit' });
    child.on('message', (told) => told === 'copied chunk_lexical' && child.kill('SIGKILL'));
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
    expect(await services.person(reader, (tx) => nearestDense(tx, corpusIds, denseText([1, 1, 1]), 400))).toHaveLength(400);
    const [left] = await owner.withSession('person', (session) => session.query(`SELECT count(*)::int AS partitions FROM pg_class WHERE relispartition`));
    expect([left, await sumStore(owner)]).toEqual([{ partitions: 0 }, held]);
    await services.close();
    await migratePostgres({ ownerUrl, serviceUrl, partitions: 4 });
    expect(await sumStore(owner)).toEqual(held);
    await owner.close();
  });

  it('keep their rows and everything else that they have, the key with the corpus in it', async () => {
    const [before, held] = [await describeTables(), await sumStore(fresh.owner)];
    expect(before.filter((line) => /owner_copies|app_reads|worker_of_tenant|search_reads_asked|_fkey|known|by_hand|reporting|touched/.test(line))).toHaveLength(15);
    const expected = before.map((line) => line.replace(/^(\w+: \w+_pkey PRIMARY KEY .*|.* INDEX \w+_pkey ON .*)\(tenant, chunk_id\)/, '$1(tenant, chunk_id, corpus_id)')).sort();
    const told: string[] = [];
    await partitionSearch(fresh.owner, 4, (...event) => told.push(event.join(' ')));
    expect(told).toEqual(['copying chunk_lexical', 'copied chunk_lexical', 'copying chunk_dense', 'copied chunk_dense']);
    expect((await describeTables()).sort()).toEqual(expected);
    expect(await sumStore(fresh.owner)).toEqual(held);
    expect(await parts()).toEqual(['chunk_dense', 'chunk_lexical'].flatMap((table) => [0, 1, 2, 3].map((index) => `${table}_p${index}`)));
    const [settings] = await ask(`SELECT reloptions AS options, (SELECT attstorage FROM pg_attribute WHERE attrelid = c.oid AND attname = 'dense') AS storage FROM pg_class c WHERE relname = 'chunk_dense_p2'`);
    expect(settings).toEqual({ options: ['toast_tuple_target=8160', 'autovacuum_vacuum_scale_factor=0.01'], storage: 'm' });
    expect(await ask(`SELECT reltuples::int AS rows FROM pg_class WHERE relname = 'chunk_dense'`)).toEqual([{ rows: 1_002 }]);
  });

  it('are made once, and into another number again', async () => {
    const before = await state();
    await partitionSearch(fresh.owner, 4, () => expect.unreachable());
    expect(await state()).toEqual(before);
    const held = await sumStore(fresh.owner);
    await partitionSearch(fresh.owner, 2);
    expect([await describeTables(), await sumStore(fresh.owner), (await parts()).length]).toEqual([before.tables, held, 4]);
  });

  it('let nobody in through a partition, whatever was granted in it', async () => {
    await assertRowSecurity(fresh.engine);
    const names = await parts();
    const seen = (role: string, name: string) => fresh.database.person(world.reader, async (tx) => {
      await tx.query(`SELECT set_config('role', $1, true), set_config('app.words', '{1}', true)`, [role]);
      return tx.query(`SELECT chunk_id FROM ${name}`);
    }).then((rows) => rows.length, (error: { code: string }) => error.code);
    for (const role of ['kontor_app', 'kontor_search', 'kontor_worker']) for (const name of names) expect([role, name, await seen(role, name)]).toEqual([role, name, 'store.forbidden']);
    await run(`GRANT SELECT ON ${names.join(', ')} TO PUBLIC`);
    for (const name of names) expect([name, await seen('kontor_app', name), await seen('kontor_worker', name)]).toEqual([name, 0, 0]);
    await run(`ALTER TABLE ${names[0]!} NO FORCE ROW LEVEL SECURITY`);
    await expect(assertRowSecurity(fresh.engine)).rejects.toMatchObject({ code: 'store.role_bypasses_rls' });
  });

  it("take later migrations, are made from older ones, and stay their owner's whoever makes them", async () => {
    const { ownerUrl, serviceUrl } = await emptyPostgres();
    const owner = new PostgresEngine({ url: ownerUrl });
    const first = (await loadMigrations()).filter(({ name }) => name < '0019');
    await ensureVector(owner);
    await ensureRoles(owner);
    await migrate(owner, first);
    await ensureOwnerCopies(owner);
    const administrator = new PostgresEngine({ url: ownerUrl.replace('kontor_owner', 'postgres') });
    await partitionSearch(administrator, 2).finally(() => administrator.close());
    await migratePostgres({ ownerUrl, serviceUrl, partitions: 2, onPartition: () => expect.unreachable() });
    const later = { name: '9999_later.sql', checksum: '', sql: `ALTER TABLE chunk_dense ADD COLUMN kind text NOT NULL DEFAULT 'text'; CREATE INDEX chunk_dense_kind ON chunk_dense (tenant, kind);
      CREATE POLICY later ON chunk_dense FOR SELECT TO kontor_search USING (kind = 'open'); ALTER POLICY app_reads ON chunk_dense USING (kind <> 'text'); GRANT SELECT ON chunk_dense TO kontor_search` };
    expect(await migrate(owner, [...(await loadMigrations()), later])).toEqual([later.name]);
    const [row] = await owner.withSession('person', (session) => session.query(`SELECT (SELECT count(*)::int FROM pg_attribute WHERE attname = 'kind' AND attrelid::regclass::text ~ '^chunk_dense_p[01]$') AS columns, indisvalid AS valid FROM pg_index WHERE indexrelid = 'chunk_dense_kind'::regclass`));
    expect(row).toEqual({ columns: 2, valid: true });
    await owner.close();
  });

  it('lose the rows of a document that is removed', async () => {
    const other = await partitionedDatabase();
    const { reader } = await twoCorpora(other.database, 10);
    await other.database.worker(reader.tenant, (tx) => tx.query('DELETE FROM document WHERE tenant = $1', [reader.tenant]));
    expect([...(await sumStore(other.owner)).entries()].filter(([name, sum]) => name.startsWith('chunk') && sum.rows > 0)).toEqual([]);
    await other.close();
  });
});
