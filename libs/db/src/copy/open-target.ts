import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '@kontor/kernel';
import { assertWritable, COPY_DRAFT, publishTree, removeTree } from '../embedded/files.js';
import { acquireLock } from '../embedded/lock.js';
import { openEngine } from '../embedded/open-engine.js';
import type { Engine } from '../engine.js';
import { assertRowSecurity, ensureRoles, ensureVector } from '../guard.js';
import { type Migration, readLedger } from '../ledger.js';
import { loadMigrations, migrate } from '../migrate.js';
import { migratePostgres } from '../postgres/migrate-postgres.js';
import { assertServerVersion } from '../postgres/server-version.js';
import { emptyStore, filledTables, loadStore, notEmpty, type StoreLoader, sumStore } from './loader.js';
import { assertNobodyElse, openCopyingPostgres } from './open-source.js';
import { ensureOwnerCopies } from './owner-policy.js';
import type { TableSum } from './row-checksum.js';
import { schemaOf } from './schema.js';
import type { AppliedMigration } from './snapshot.js';
import { listTables } from './tables.js';

/** An empty store that a copy goes into. */
export interface CopyTarget {
  readonly engine: Engine['name'];
  /** Runs `work` in one transaction of a store with the schema of the copy. */
  load<T>(work: (loader: StoreLoader) => Promise<T>): Promise<T>;
  /** What each table holds; tells whether an earlier copy went through. */
  sums(): Promise<Map<string, TableSum>>;
  /** Brings the schema up to date and proves that row-level security holds. */
  settle(): Promise<void>;
  /** The folder in which the store lies until it is published; null where it is in its place already. */
  readonly draft: string | null;
  /** Takes back what was loaded, where a proof fails that comes after it; a draft goes by itself. */
  undo(): Promise<void>;
  /** Puts the store in its place. Without this, nothing of it stays. */
  publish(): Promise<void>;
  close(): Promise<void>;
}

export interface PostgresTargetOptions {
  /** The account that owns the database and may make roles, as `kontor migrate` has it. */
  url: string;
  migrations: readonly AppliedMigration[];
  /** The address of the services, whose account is let in at the end. */
  serviceUrl?: string | undefined;
}

export async function openPostgresTarget({ url, migrations, serviceUrl }: PostgresTargetOptions): Promise<CopyTarget> {
  const schema = await schemaOf(migrations);
  const engine = openCopyingPostgres(url);
  const finish = async (): Promise<void> => {
    await migratePostgres({ ownerUrl: url, serviceUrl });
    await engine.withSession('background', (session) => session.script('ANALYZE'));
  };
  try {
    await assertNobodyElse(engine);
    await assertServerVersion(engine);
    await prepare(engine, schema);
    return { engine: 'postgres', load: (work) => loadStore(engine, work), sums: () => sumStore(engine), settle: finish, undo: () => emptyStore(engine), draft: null, publish: () => Promise.resolve(), close: () => engine.close() };
  } catch (error) {
    await engine.close();
    throw error;
  }
}

/** Makes a store beside its place, in the folder that this process then holds alone. */
export async function openEmbeddedTarget({ directory, migrations }: { directory: string; migrations: readonly AppliedMigration[] }): Promise<CopyTarget> {
  const schema = await schemaOf(migrations);
  await assertWritable(directory);
  const lock = acquireLock(directory);
  const draft = join(directory, COPY_DRAFT);
  const discard = (): Promise<void> => removeTree(draft).finally(() => lock.release());
  try {
    await assertEmptyStore(join(directory, 'data'));
    await removeTree(draft);
    const engine = await openDraft(draft, schema);
    const publish = async (): Promise<void> => {
      // Both are of an empty store; a snapshot of it would later take the place of this one.
      for (const name of ['data', 'snapshots']) await removeTree(join(directory, name));
      await publishTree(join(draft, 'data'), join(directory, 'data'));
    };
    const finish = async (): Promise<void> => {
      await migrate(engine, await loadMigrations());
      await engine.withSession('background', (session) => session.script('VACUUM (ANALYZE)'));
      await assertRowSecurity(engine);
      await engine.close();
    };
    return { engine: 'pglite', load: (work) => loadStore(engine, work), sums: () => sumStore(engine), settle: finish, undo: () => Promise.resolve(), draft, publish, close: () => engine.close().finally(discard) };
  } catch (error) {
    await discard();
    throw error;
  }
}

async function openDraft(draft: string, schema: readonly Migration[]): Promise<Engine> {
  await assertWritable(draft);
  const engine = await openEngine(join(draft, 'data'));
  try {
    await prepare(engine, schema);
    return engine;
  } catch (error) {
    await engine.close();
    throw error;
  }
}

async function prepare(engine: Engine, schema: readonly Migration[]): Promise<void> {
  await ensureVector(engine);
  await ensureRoles(engine);
  await migrate(engine, schema);
  const ledger = await engine.withSession('background', (session) => readLedger(session));
  const later = ledger.find(({ name }) => !schema.some((migration) => migration.name === name));
  if (later) throw new AppError('copy.target_newer', { status: 409, message: `The target has ${later.name} already, and the copy is older. Name a database that Kontor has never used.`, details: { migration: later.name } });
  await ensureOwnerCopies(engine);
}

async function assertEmptyStore(path: string): Promise<void> {
  if (!existsSync(path)) return;
  const engine = await openEngine(path);
  try {
    const filled = await engine.withSession('background', async (session) => filledTables(session, await listTables(session)));
    if (filled.length > 0) throw notEmpty(filled);
  } finally {
    await engine.close();
  }
}
