import { fork } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadMigrations } from '../migrate.js';
import { postgresMissing, stopTestDatabases } from '../testing/index.js';
import { PostgresServer } from '../testing/postgres-server.js';
import { migratePostgres } from './migrate-postgres.js';
import { openPostgres } from './open-postgres.js';
import { PostgresEngine } from './postgres-engine.js';

afterAll(stopTestDatabases, 60_000);
const missing = await postgresMissing();

describe.skipIf(missing !== null)(missing === null ? 'migrating PostgreSQL' : `migrating PostgreSQL: skipped, ${missing}`, () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await PostgresServer.start();
  }, 120_000);
  afterAll(() => server.stop());

  const migrating = (name: string) => fork(new URL('../testing/migrate-process.js', import.meta.url), [server.ownerUrl(name), server.url(name)], { stdio: 'inherit' });
  const addresses = (name: string) => ({ ownerUrl: server.ownerUrl(name), serviceUrl: server.url(name) });

  it('is done once by two processes that start together on an empty database', async () => {
    const name = await server.createDatabase();
    const applied: string[] = [];
    const both = [migrating(name), migrating(name)];
    for (const child of both) child.on('message', (file: string) => applied.push(file));
    const codes = await Promise.all(both.map(async (child) => ((await once(child, 'exit')) as [number])[0]));
    expect(codes).toEqual([0, 0]);
    expect([...applied].sort()).toEqual((await loadMigrations()).map((migration) => migration.name));
    await (await openPostgres({ url: server.url(name) })).close();
  });

  it('is finished by the next one, wherever it was killed', async () => {
    const all = (await loadMigrations()).map((migration) => migration.name);
    for (let killedAfter = 0; killedAfter < all.length; killedAfter += 2) {
      const name = await server.createDatabase();
      const child = migrating(name);
      let told = 0;
      child.on('message', () => {
        told += 1;
        if (told > killedAfter) child.kill('SIGKILL');
      });
      await once(child, 'exit');
      const rest = await migratePostgres(addresses(name));
      expect(rest.length, `after ${told} steps`).toBeGreaterThanOrEqual(all.length - told - 1);
      expect(await migratePostgres(addresses(name))).toEqual([]);
      await (await openPostgres({ url: server.url(name) })).close();
    }
  });

  it('waits in the open for readers that hold a table, so that others may read on', async () => {
    const name = await server.createDatabase();
    await migratePostgres(addresses(name));
    // As if the newest change had not run: it comes again, and needs the table for itself.
    await server.administer(`DELETE FROM migration WHERE name LIKE '0006%'; ALTER TABLE document_text DROP COLUMN blocks`, name);
    const reader = new PostgresEngine({ url: server.ownerUrl(name) });
    const migrated = reader.withSession('person', async (session) => {
      await session.script('BEGIN; LOCK TABLE document_text IN ACCESS SHARE MODE');
      const running = migratePostgres(addresses(name));
      running.catch(() => undefined);
      await new Promise((wake) => setTimeout(wake, 4_500));
      await session.script('COMMIT');
      return running;
    });
    expect(await migrated).toEqual(['0006_document_layout.sql']);
    await reader.close();
  });

  it('is needed before services start, and says so', async () => {
    const name = await server.createDatabase();
    await expect(openPostgres({ url: server.url(name) })).rejects.toMatchObject({ code: 'store.schema_old' });
    await migratePostgres(addresses(name));
    await server.administer(`DELETE FROM migration WHERE name LIKE '0006%'`, name);
    await expect(openPostgres({ url: server.url(name) })).rejects.toMatchObject({ code: 'store.schema_old', retry: 'later', message: expect.stringContaining('kontor migrate') as string });
  });

  it('says which statements make the account of the services', async () => {
    const name = await server.createDatabase();
    const late = { ownerUrl: server.ownerUrl(name), serviceUrl: server.url(name, 'late-comer') };
    const error = (await migratePostgres(late).catch((thrown: unknown) => thrown)) as { code: string; details: { mend: string } };
    expect(error).toMatchObject({ code: 'store.account_missing' });
    await server.administer(error.details.mend, name);
    await migratePostgres(late);
    await (await openPostgres({ url: late.serviceUrl })).close();
  });

  it('refuses an owner that may not make roles, and one that is not let in', async () => {
    const name = await server.createDatabase();
    await server.administer('DROP EXTENSION vector', name);
    await expect(migratePostgres(addresses(name))).rejects.toMatchObject({ code: 'store.vector_missing', message: expect.stringContaining('CREATE EXTENSION vector;') as string });
    await expect(migratePostgres({ ownerUrl: server.url(name, 'nobody') })).rejects.toMatchObject({ code: 'store.credentials_refused' });
  });
});
