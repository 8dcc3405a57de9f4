import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openEmbedded } from '../embedded/open-embedded.js';
import { loadMigrations, migrate } from '../migrate.js';
import { ensureRoles } from '../guard.js';
import { openPostgres } from '../postgres/open-postgres.js';
import { migratePostgres } from '../postgres/migrate-postgres.js';
import { PostgresEngine } from '../postgres/postgres-engine.js';
import * as people from '../repositories/people.js';
import { emptyFolder, filledStore, moveRows, removeFolders } from '../testing/copy-world.js';
import { emptyPostgres, postgresMissing, stopTestDatabases } from '../testing/index.js';
import { loadTables, tablesOf } from './copy-rows.js';
import { openEmbeddedSource, openPostgresSource } from './open-source.js';
import { openEmbeddedTarget, openPostgresTarget } from './open-target.js';
import type { AppliedMigration } from './snapshot.js';

afterAll(stopTestDatabases);
afterAll(removeFolders);
const toPostgres = (url: string, serviceUrl?: string) => (migrations: readonly AppliedMigration[]) => openPostgresTarget({ url, migrations, serviceUrl });
const toEmbedded = (directory: string) => (migrations: readonly AppliedMigration[]) => openEmbeddedTarget({ directory, migrations });

async function moved(from: string, url: string, serviceUrl?: string) {
  const source = await openEmbeddedSource(from);
  return moveRows(source, toPostgres(url, serviceUrl)).finally(() => source.close());
}

async function movedBack(url: string, directory: string) {
  const source = openPostgresSource({ url, still: true });
  return moveRows(source, toEmbedded(directory)).finally(() => source.close());
}

const missing = await postgresMissing();

describe.skipIf(missing !== null)(`a copy ${missing ?? ''}`, { timeout: 400_000 }, () => {
  it('holds the same rows in PostgreSQL and back in an embedded store, and shows everyone the same', async () => {
    const { ownerUrl: url } = await emptyPostgres();
    const folder = await emptyFolder();
    const there = await moved(await filledStore(), url);
    expect(there.tables['document']!.rows).toBeGreaterThan(10);
    expect(Object.keys(there.tables)).not.toContain('instance');
    expect(there.tables['message_text']!.rows).toBeGreaterThan(4);
    expect([there.peopleCompared, there.searchesCompared]).toEqual([6, 25]);
    const back = await movedBack(url, folder);
    expect(back).toEqual(there);
    const store = await openEmbedded({ directory: folder });
    expect(store.notices).toEqual([]);
    await store.close();
  });

  it('leaves row-level security forced, its policies as they were, and hides every row from an owner who does not copy', async () => {
    const { ownerUrl: url } = await emptyPostgres();
    await moved(await filledStore(), url);
    const engine = new PostgresEngine({ url });
    try {
      const tables = await engine.withSession('person', (session) => session.query<{ name: string; forced: boolean }>(
        `SELECT relname AS name, relrowsecurity AND relforcerowsecurity AS forced FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attname = 'tenant'
          WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`));
      expect(tables.length).toBeGreaterThan(20);
      expect(tables.filter((table) => !table.forced)).toEqual([]);
      const seen = await engine.withSession('person', (session) => session.query('SELECT id FROM document'));
      expect(seen).toEqual([]);
      // The owner's policy is the owner's alone: the setting opens nothing to a person's role.
      const asPerson = await engine.withSession('person', async (session) => {
        await session.script(`BEGIN; SET LOCAL ROLE kontor_app; SET LOCAL app.copying = 'on'`);
        const rows = await session.query('SELECT id FROM document');
        await session.script('ROLLBACK');
        return rows;
      });
      expect(asPerson).toEqual([]);
    } finally {
      await engine.close();
    }
  });

  it('hands out numbers of access sets that no copied set has', async () => {
    const { ownerUrl, serviceUrl } = await emptyPostgres();
    await moved(await filledStore(), ownerUrl, serviceUrl);
    // Services start on it at once, with an account that owns nothing.
    const database = await openPostgres({ url: serviceUrl });
    const tenants = await database.worker('tenant-1', async (tx) => {
      const known = await tx.query<{ id: number }>('SELECT max(id) AS id FROM acl_set');
      return { fresh: await people.internAcl(tx, ['north:nobody-yet']), known: known[0]!.id };
    });
    await database.close();
    expect(tenants.fresh).toBeGreaterThan(tenants.known);
  });

  it('goes into no store that holds anything, and says what does', async () => {
    const { ownerUrl: url } = await emptyPostgres();
    const folder = await filledStore();
    await moved(folder, url);
    await expect(moved(await filledStore(), url)).rejects.toMatchObject({ code: 'copy.target_not_empty', status: 409, message: expect.stringContaining('acl_set') });
    await expect(movedBack(url, folder)).rejects.toMatchObject({ code: 'copy.target_not_empty' });
    const store = await openEmbedded({ directory: folder });
    await store.close();
  });

  it('is undone where it shows someone something else than before', async () => {
    const { ownerUrl: url } = await emptyPostgres();
    const source = await openEmbeddedSource(await filledStore());
    let migrations: readonly AppliedMigration[] = [];
    const attempt = source.read(async (snapshot) => {
      migrations = snapshot.migrations;
      const sample = await snapshot.sample();
      const target = await openPostgresTarget({ url, migrations: snapshot.migrations });
      sample.people[0]!.checksum = '0'.repeat(64);
      sample.searches[1]!.denseHits[0]![1] += 0.01;
      return loadTables(target, tablesOf(snapshot), sample).finally(() => target.close());
    });
    await expect(attempt).rejects.toMatchObject({ code: 'copy.differs', details: { differences: [expect.stringContaining('sees'), expect.stringContaining('by meaning')] } });
    await source.close();
    const target = await openPostgresTarget({ url, migrations });
    expect([...(await target.sums()).values()].every(({ rows }) => rows === 0)).toBe(true);
    await target.close();
  });

  it('is not begun while a Kontor uses the store', async () => {
    const folder = await filledStore();
    const { ownerUrl: url, serviceUrl } = await emptyPostgres();
    await migratePostgres({ ownerUrl: url, serviceUrl });
    const store = await openEmbedded({ directory: folder });
    await expect(openEmbeddedSource(folder)).rejects.toMatchObject({ code: 'store.in_use' });
    await store.close();
    const services = await openPostgres({ url: serviceUrl });
    await services.health();
    await expect(movedBack(url, await emptyFolder())).rejects.toMatchObject({ code: 'copy.store_in_use' });
    await expect(moved(folder, url)).rejects.toMatchObject({ code: 'copy.store_in_use' });
    await services.close();
  });

  it('of an older schema is brought up to date where it arrives; one of a newer Kontor is refused', async () => {
    const { ownerUrl: url } = await emptyPostgres();
    const older = (await loadMigrations()).slice(0, 5);
    const engine = new PostgresEngine({ url });
    await ensureRoles(engine);
    await migrate(engine, older);
    await engine.close();
    const target = await openPostgresTarget({ url, migrations: older });
    await target.close();
    const folder = await emptyFolder();
    await movedBack(url, folder);
    const store = await openEmbedded({ directory: folder });
    expect((await store.database.health()).migrations).toBe((await loadMigrations()).length);
    await store.close();
    await migratePostgres({ ownerUrl: url });
    await expect(openPostgresTarget({ url, migrations: older })).rejects.toMatchObject({ code: 'copy.target_newer' });
    const newer = [{ name: '9999_later.sql', checksum: '0' }];
    await expect(openEmbeddedTarget({ directory: await emptyFolder(), migrations: newer })).rejects.toMatchObject({ code: 'copy.newer' });
    await expect(openEmbeddedTarget({ directory: await emptyFolder(), migrations: [{ ...older[0]!, checksum: '0' }] })).rejects.toMatchObject({ code: 'copy.other_schema' });
  });

  it('is refused to an account before whom rows are hidden', async () => {
    const { ownerUrl: url } = await emptyPostgres();
    await migratePostgres({ ownerUrl: url });
    const owner = new PostgresEngine({ url });
    await owner.withSession('person', (session) => session.script('DROP POLICY owner_copies ON message'));
    await owner.close();
    const source = openPostgresSource({ url });
    await expect(source.read(async () => 0)).rejects.toMatchObject({ code: 'copy.not_owner', details: { tables: ['message'] } });
    await source.close();
  });

  it('of a database without Kontor, or of a folder without a store, is told apart from an empty one', async () => {
    const source = openPostgresSource({ url: (await emptyPostgres()).ownerUrl });
    await expect(source.read(async () => 0)).rejects.toMatchObject({ code: 'copy.no_store' });
    await source.close();
    const folder = await emptyFolder();
    await expect(openEmbeddedSource(folder)).rejects.toMatchObject({ code: 'copy.no_store' });
    expect(existsSync(join(folder, 'data'))).toBe(false);
  });
});
