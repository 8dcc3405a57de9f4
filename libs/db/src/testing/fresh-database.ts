import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reasonToSkip } from '@kontor/services';
import { Database, type DatabaseOptions } from '../database.js';
import { copyTree } from '../embedded/files.js';
import { openEmbedded } from '../embedded/open-embedded.js';
import { openEngine } from '../embedded/open-engine.js';
import type { Engine } from '../engine.js';
import { migratePostgres } from '../postgres/migrate-postgres.js';
import { partitionSearch } from '../postgres/partition-search.js';
import { PostgresEngine } from '../postgres/postgres-engine.js';
import { PostgresServer } from './postgres-server.js';

export interface FreshDatabase {
  engine: Engine;
  /** The same data as the account that owns the tables. */
  owner: Engine;
  database: Database;
  /** Opens the same data with other options; closed together with the rest. */
  open(options: DatabaseOptions): Database;
  /** The same data as the superuser `postgres`, before whom no row-level security stands. */
  openUnguarded(): Database;
  close(): Promise<void>;
}

let server: Promise<PostgresServer> | undefined;
let template: Promise<string> | undefined;
let embeddedTemplate: Promise<string> | undefined;

/** An empty database with all migrations, copied from a template that is made once in this process. */
export function freshDatabase(kind: Engine['name']): Promise<FreshDatabase> {
  return kind === 'pglite' ? freshEmbedded() : freshPostgres();
}

/** The same, with the tables of search in partitions by corpus. */
export async function partitionedDatabase(): Promise<FreshDatabase> {
  const fresh = await freshPostgres();
  await partitionSearch(fresh.owner, 4);
  return fresh;
}

/** The address, for services, of an empty database with all migrations on a native PostgreSQL, for what connects by itself. */
export async function freshPostgresUrl(): Promise<string> {
  const running = await (server ??= PostgresServer.start());
  const name = await running.createDatabase();
  await migratePostgres({ ownerUrl: running.ownerUrl(name), serviceUrl: running.url(name) });
  return running.url(name);
}

/** The addresses of a database that Kontor has never used, for its owner and for services. */
export async function emptyPostgres(): Promise<{ ownerUrl: string; serviceUrl: string }> {
  const running = await (server ??= PostgresServer.start());
  const name = await running.createDatabase();
  return { ownerUrl: running.ownerUrl(name), serviceUrl: running.url(name) };
}

/** Null where a native PostgreSQL can run here, and in CI, where it must; else the sentence that says why not. */
export function postgresMissing(): Promise<string | null> {
  return reasonToSkip('postgres');
}

/** Ends the server of this process and removes the templates; for `afterAll`. */
export async function stopTestDatabases(): Promise<void> {
  await (await server?.catch(() => undefined))?.stop();
  if (embeddedTemplate) await rm(join(await embeddedTemplate, '..'), { recursive: true, force: true });
  server = template = embeddedTemplate = undefined;
}

async function freshPostgres(): Promise<FreshDatabase> {
  const running = await (server ??= PostgresServer.start());
  template ??= running.createDatabase().then(async (name) => {
    await migratePostgres({ ownerUrl: running.ownerUrl(name), serviceUrl: running.url(name) });
    return name;
  });
  const name = await running.createDatabase(await template);
  const engine = new PostgresEngine({ url: running.url(name) });
  const owner = new PostgresEngine({ url: running.ownerUrl(name) });
  const unguarded = new PostgresEngine({ url: running.url(name, 'postgres') });
  return {
    engine,
    owner,
    database: new Database(engine),
    open: (options) => new Database(engine, options),
    openUnguarded: () => new Database(unguarded, { personRole: 'postgres' }),
    close: async () => {
      await Promise.all([engine, owner, unguarded].map((one) => one.close()));
    },
  };
}

async function freshEmbedded(): Promise<FreshDatabase> {
  embeddedTemplate ??= makeEmbeddedTemplate();
  const directory = mkdtempSync(join(tmpdir(), 'kontor-db-'));
  await copyTree(await embeddedTemplate, join(directory, 'data'));
  const engine = await openEngine(join(directory, 'data'));
  return {
    engine,
    owner: engine,
    database: new Database(engine),
    open: (options) => new Database(engine, options),
    openUnguarded: () => new Database(engine, { personRole: 'postgres' }),
    close: async () => {
      await engine.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function makeEmbeddedTemplate(): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'kontor-db-template-'));
  await (await openEmbedded({ directory })).close();
  return join(directory, 'data');
}
