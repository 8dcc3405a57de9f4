import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assertSchema } from './ledger.js';
import { loadMigrations, migrate } from './migrate.js';
import { type FreshDatabase, freshDatabase, postgresMissing, stopTestDatabases } from './testing/index.js';

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
      expect(await migrate(fresh.owner, await loadMigrations())).toEqual([]);
    });

    it('refuse a file that was changed after it had run, and name it', async () => {
      const [first, ...rest] = await loadMigrations();
      await expect(migrate(fresh.owner, [{ ...first!, checksum: 'other' }, ...rest])).rejects.toMatchObject({ code: 'store.migration_changed', details: { migration: first!.name } });
    });

    it('undo a file that fails half-way, and can be run again', async () => {
      const migrations = await loadMigrations();
      const broken = { name: '9998_broken.sql', checksum: 'a', sql: 'CREATE TABLE half (n integer); SELECT nothing' };
      await expect(migrate(fresh.owner, [...migrations, broken])).rejects.toMatchObject({ code: 'store.schema_mismatch' });
      const mended = { ...broken, checksum: 'b', sql: 'CREATE TABLE half (n integer)' };
      await expect(assertSchema(fresh.engine, [...migrations, mended])).rejects.toMatchObject({ code: 'store.schema_old', details: { missing: ['9998_broken.sql'] } });
      expect(await migrate(fresh.owner, [...migrations, mended])).toEqual(['9998_broken.sql']);
    });

    it('let older code run on what newer code only added, and refuse it where newer code took something away', async () => {
      const migrations = await loadMigrations();
      expect(await migrate(fresh.owner, migrations)).toEqual([]);
      await assertSchema(fresh.engine, migrations);
      const contract = { name: '9999_contract.sql', checksum: 'c', sql: 'DROP TABLE half', codeMin: '9998' };
      const newer = [...migrations, { name: '9998_broken.sql', checksum: 'b', sql: '' }];
      expect(await migrate(fresh.owner, [...newer, contract])).toEqual(['9999_contract.sql']);
      await assertSchema(fresh.engine, newer);
      for (const attempt of [() => migrate(fresh.owner, migrations), () => assertSchema(fresh.engine, migrations)]) {
        await expect(attempt()).rejects.toMatchObject({ code: 'store.newer', details: { migration: '9999_contract.sql' } });
      }
    });
  });
}

describeMigrations('PGlite', () => freshDatabase('pglite'));
if (missing === null) describeMigrations('PostgreSQL', () => freshDatabase('postgres'));
