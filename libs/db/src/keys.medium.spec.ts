import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FreshDatabase, freshDatabase, stopTestDatabases } from './testing/index.js';

/** Not a tenant's: the ledger of migrations, which every server has whole. */
const OF_NO_TENANT = ['migration'];

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase('pglite');
}, 120_000);
afterAll(async () => {
  await fresh.close();
  await stopTestDatabases();
});

/** Keys and references that leave out the column by which tables are spread over servers, and tables without it. */
async function withoutTenant(): Promise<string[]> {
  const rows = await fresh.owner.withSession('background', (session) =>
    session.query<{ fault: string }>(
      `WITH tenants AS (
         SELECT c.oid, c.relname, a.attnum FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant' AND NOT a.attisdropped
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname <> ALL ($1::text[]))
       SELECT relname || ' has no tenant' AS fault FROM tenants WHERE attnum IS NULL
       UNION ALL SELECT t.relname || ' has no primary key' FROM tenants t WHERE NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = t.oid AND i.indisprimary)
       UNION ALL SELECT i.indexrelid::regclass::text || ' of ' || t.relname || ' leaves out the tenant' FROM pg_index i JOIN tenants t ON t.oid = i.indrelid
         WHERE i.indisunique AND NOT t.attnum = ANY ((i.indkey::smallint[])[0:i.indnkeyatts - 1])
       UNION ALL SELECT f.conname || ' of ' || t.relname || ' leaves out the tenant' FROM pg_constraint f JOIN tenants t ON t.oid = f.conrelid JOIN tenants r ON r.oid = f.confrelid
         WHERE f.contype = 'f' AND (array_position(f.conkey, t.attnum) IS NULL OR f.confkey[array_position(f.conkey, t.attnum)] IS DISTINCT FROM r.attnum)
       ORDER BY 1`,
      [OF_NO_TENANT],
    ),
  );
  return rows.map((row) => row.fault);
}

it('names the tenant in every key and reference of every table, so that the tables can be spread by it', async () => {
  expect(await withoutTenant()).toEqual([]);
});

it('finds each kind of key that does not', async () => {
  await fresh.owner.withSession('background', (session) =>
    session.script(`CREATE TABLE lone (id integer PRIMARY KEY);
      CREATE TABLE half (tenant text, id integer UNIQUE, person text, corpus_id uuid, PRIMARY KEY (tenant, id), FOREIGN KEY (person, corpus_id) REFERENCES corpus (tenant, id));
      CREATE UNIQUE INDEX half_person ON half (person) INCLUDE (tenant)`),
  );
  expect(await withoutTenant()).toEqual([
    'half_id_key of half leaves out the tenant',
    'half_person of half leaves out the tenant',
    'half_person_corpus_id_fkey of half leaves out the tenant',
    'lone has no tenant',
  ]);
});
