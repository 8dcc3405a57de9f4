import { expect, it } from 'vitest';
import { loadMigrations } from './migrate.js';
import { breaking } from './testing/migration-rules.js';

/** Before it there were no services, so no older code ran beside newer. */
const FIRST = '0007';

it('finds what older code cannot run beside, and takes a reason for what it can', () => {
  for (const sql of [
    'ALTER TABLE corpus DROP COLUMN name',
    'ALTER TABLE corpus DROP name',
    'DROP TABLE corpus',
    'ALTER TABLE corpus RENAME COLUMN name TO title',
    'ALTER TABLE corpus ALTER COLUMN name SET NOT NULL',
    'ALTER TABLE corpus ADD COLUMN title text NOT NULL',
    'ALTER TABLE corpus ADD title text NOT NULL, ADD COLUMN other text DEFAULT 1',
    'ALTER TABLE corpus ALTER COLUMN name TYPE varchar(3)',
    "ALTER TABLE corpus ADD CONSTRAINT named CHECK (name <> '')",
    'CREATE UNIQUE INDEX one ON corpus (tenant)',
    'DROP POLICY app_reads ON corpus',
    'DROP INDEX one; CREATE INDEX two ON corpus (tenant)',
    'REVOKE SELECT ON corpus FROM kontor_app',
    'DO $$ BEGIN ALTER TABLE corpus DROP COLUMN name; END $$',
    '-- expand: no\nDROP TABLE corpus',
  ]) expect([sql, breaking(sql).length]).toEqual([sql, 1]);
  for (const sql of [
    'ALTER TABLE corpus ADD COLUMN title text',
    "ALTER TABLE corpus ADD COLUMN title text NOT NULL DEFAULT ''",
    "ALTER TABLE corpus ADD COLUMN title text DEFAULT '' NOT NULL",
    'CREATE TABLE fresh (tenant text NOT NULL); CREATE UNIQUE INDEX one ON fresh (tenant); ALTER TABLE fresh ADD CHECK (true)',
    "INSERT INTO corpus (name) VALUES ('DROP TABLE corpus')",
    'DROP INDEX one; CREATE INDEX one ON corpus (tenant, name)',
    '-- Nobody shall DROP TABLE corpus.\nSELECT 1',
    '-- expand: nobody has read it for two versions\nALTER TABLE corpus DROP COLUMN name',
    '-- needs-code: 0009\nALTER TABLE corpus DROP COLUMN name',
  ]) expect([sql, breaking(sql)]).toEqual([sql, []]);
});

it('lets every migration run beside the code before it, as docs/operating/upgrading.md says', async () => {
  const migrations = (await loadMigrations()).filter((migration) => migration.name >= FIRST);
  expect(migrations.length).toBeGreaterThan(0);
  for (const { name, sql, codeMin } of migrations) {
    expect([name, breaking(sql)]).toEqual([name, []]);
    // Code that knows this migration only could not run on what it leaves.
    if (codeMin !== undefined) expect([name, codeMin <= name.slice(0, 4)]).toEqual([name, true]);
  }
});
