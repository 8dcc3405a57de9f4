import { join } from 'node:path';
import { Database } from '../database.js';
import { assertRowSecurity, ensureVector, ensureRoles } from '../guard.js';
import { loadMigrations, migrate } from '../migrate.js';
import { assertWritable, COPY_DRAFT, removeTree } from './files.js';
import { LivingThread } from './living-thread.js';
import { acquireLock } from './lock.js';
import { CHANGING_TABLES, Maintenance } from './maintenance.js';
import { compileEngine, storeSettings } from './open-engine.js';
import { PgliteEngine } from './pglite-engine.js';
import { PgliteThread } from './pglite-thread.js';
import { QueuePool } from './queue-pool.js';
import { copyStore, Snapshots } from './snapshots.js';
import { openOrRecreate, openStore, type Recovery } from './store.js';

export interface EmbeddedOptions {
  /** Holds the store, its queue, its snapshots and its lock, and nothing else. */
  directory: string;
  snapshotsKept?: number;
  snapshotEveryMs?: number;
  /** Hears what goes wrong in the background; nobody waits for that work. */
  onBackgroundError?: (error: unknown) => void;
}

export interface EmbeddedStore {
  database: Database;
  /** For BullMQ's PostgreSQL backend; lives in a second PGlite. */
  queuePool: QueuePool;
  /** Words for the operator: that a snapshot was restored, and where the broken store lies. */
  notices: string[];
  /** Copies the store; returns the copy's path. Taken by itself too, at most every six hours. */
  snapshot(): Promise<string>;
  /** Copies the store as it is into another folder, from where another process may read it. */
  copyTo(folder: string): Promise<void>;
  /** Frees what replaced rows held. Worth its time after an import; done by itself too. */
  vacuum(): Promise<void>;
  close(): Promise<void>;
}

const SNAPSHOTS_KEPT = 3;
const SNAPSHOT_EVERY_MS = 6 * 3_600_000;
// A queue is small: with the usual buffers it would take 150 MB of memory that nothing needs.
const QUEUE_PARAMETERS = ['search_path=bullmq,public', 'shared_buffers=8MB', 'wal_buffers=1MB'];

/**
 * Opens the store in a directory that this process then holds alone, creating it where there is none. A store that does
 * not open gives way to its newest snapshot that does; the notices say so.
 *
 * @example const { database, queuePool, notices } = await openEmbedded({ directory: config.store.directory });
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<EmbeddedStore> {
  await assertWritable(options.directory);
  const lock = acquireLock(options.directory);
  const opened: { close(): Promise<void> }[] = [{ close: async () => lock.release() }];
  const closeAll = async (): Promise<void> => {
    const failures: unknown[] = [];
    // Whatever fails, the rest is closed and the lock is free.
    for (const part of opened.splice(0).reverse()) await part.close().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  };
  try {
    return await openParts(options, opened, closeAll);
  } catch (error) {
    await closeAll();
    throw error;
  }
}

async function openParts(options: EmbeddedOptions, opened: { close(): Promise<void> }[], closeAll: () => Promise<void>): Promise<EmbeddedStore> {
  const module = await compileEngine();
  const path = join(options.directory, 'data');
  const queuePath = join(options.directory, 'queue');
  const snapshots = new Snapshots(join(options.directory, 'snapshots'), options.snapshotsKept ?? SNAPSHOTS_KEPT);
  await snapshots.removeDrafts();
  // What a killed `kontor restore` or `kontor move` left.
  await removeTree(join(options.directory, COPY_DRAFT));
  const settings = storeSettings(module);
  const store = await openStore(path, settings, snapshots, queuePath);
  const engine = new PgliteEngine(new LivingThread(store.thread, path, () => PgliteThread.start({ ...settings, directory: path })));
  opened.push(engine);
  await ensureVector(engine);
  await ensureRoles(engine);
  await migrate(engine, await loadMigrations());
  await assertRowSecurity(engine);

  const queueSettings = { module, extensions: [], parameters: QUEUE_PARAMETERS };
  const queue = await openOrRecreate(queuePath, queueSettings);
  const queuePool = new QueuePool(new LivingThread(queue.thread, queuePath, () => PgliteThread.start({ ...queueSettings, directory: queuePath })), queue.thread);
  opened.push(queuePool);

  const maintenance = new Maintenance(engine, CHANGING_TABLES);
  const queueMaintenance = new Maintenance(queuePool);
  const snapshot = async (): Promise<string> => snapshots.pathOf(await snapshots.take(engine, path));
  const everyMs = options.snapshotEveryMs ?? SNAPSHOT_EVERY_MS;
  const onError = options.onBackgroundError ?? (() => undefined);
  maintenance.start(onError, async () => {
    if (await snapshots.isDue(everyMs)) await snapshot();
  });
  queueMaintenance.start(onError);
  opened.push({ close: () => maintenance.stop() }, { close: () => queueMaintenance.stop() });

  const notices = [...storeNotices(store.recovery), ...queueNotices(queue.recovery)];
  return { database: new Database(engine), queuePool, notices, snapshot, copyTo: (folder) => copyStore(engine, path, join(folder, 'data')), vacuum: () => maintenance.vacuum(), close: closeAll };
}

function storeNotices(recovery: Recovery | null): string[] {
  if (!recovery) return [];
  const aside = recovery.keptAside ? ` The broken one lies in ${recovery.keptAside}.` : '';
  return [`The store did not open and was restored as it was at ${recovery.savedUntil}.${aside} What was saved later is missing: import the folders again.`];
}

function queueNotices(recovery: Recovery | null): string[] {
  if (!recovery) return [];
  return [`The queue did not open and starts empty; the broken one lies in ${recovery.keptAside}. Repeat an import that was under way.`];
}
