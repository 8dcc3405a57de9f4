import { existsSync } from 'node:fs';
import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@kontor/kernel';
import { storeError } from '../errors.js';
import { PgliteThread } from './pglite-thread.js';
import { copyTree, publishTree, removeTree, timestamp } from './files.js';
import type { WorkerSettings } from './protocol.js';
import { type Snapshots, takenAt } from './snapshots.js';

const SERVER_MAJOR = '18';

/** What happened to a store that did not open. The caller shows it to a person: rows are missing. */
export interface Recovery {
  /** Where the broken store lies, untouched; null where an earlier start had moved it away already. */
  keptAside: string | null;
  /** Whatever was saved after this moment is only in the broken store; null where a new, empty one took its place. */
  savedUntil: string | null;
}

export interface OpenedStore {
  thread: PgliteThread;
  recovery: Recovery | null;
}

export type ThreadSettings = Omit<WorkerSettings, 'directory'>;

/**
 * Opens the store in `path`, makes it where there is none, and restores the newest snapshot that opens if it does not.
 * Making one takes seconds; `twin`, another store that is needed and not there yet, gets a copy of it.
 */
export async function openStore(path: string, settings: ThreadSettings, snapshots: Snapshots, twin: string): Promise<OpenedStore> {
  await removeTree(`${path}.new`);
  const names = await snapshots.list();
  if (!existsSync(path)) {
    // A start that was interrupted between moving a broken store away and restoring it.
    if (names.length > 0) return restore(path, settings, snapshots, null);
    await createStore(path, settings, existsSync(twin) ? [] : [twin]);
  }
  await assertVersion(path);
  try {
    return { thread: await startChecked(path, settings), recovery: null };
  } catch (cause) {
    if (names.length === 0) throw unreadable(path, cause);
    const keptAside = `${path}.broken-${timestamp()}`;
    await rename(path, keptAside);
    return restore(path, settings, snapshots, keptAside);
  }
}

/** For a store whose content can be made again: the broken one is kept aside, and a new one takes its place. */
export async function openOrRecreate(path: string, settings: ThreadSettings): Promise<OpenedStore> {
  await removeTree(`${path}.new`);
  if (!existsSync(path)) await createStore(path, settings);
  try {
    return { thread: await startChecked(path, settings), recovery: null };
  } catch {
    const keptAside = `${path}.broken-${timestamp()}`;
    await rename(path, keptAside);
    await createStore(path, settings);
    return { thread: await startChecked(path, settings), recovery: { keptAside, savedUntil: null } };
  }
}

async function restore(path: string, settings: ThreadSettings, snapshots: Snapshots, keptAside: string | null): Promise<OpenedStore> {
  let last: unknown;
  for (const name of (await snapshots.list()).reverse()) {
    const draft = `${path}.new`;
    await removeTree(draft);
    await copyTree(snapshots.pathOf(name), draft);
    await publishTree(draft, path);
    try {
      const thread = await startChecked(path, settings);
      return { thread, recovery: { keptAside, savedUntil: takenAt(name) } };
    } catch (cause) {
      last = cause;
      await removeTree(path);
    }
  }
  // The broken store goes back to its place, so that the next start tells the same and nothing is forgotten.
  if (keptAside) await rename(keptAside, path);
  throw unreadable(path, last);
}

// Made apart and moved into place: a start that is killed here leaves nothing that looks like a store.
async function createStore(path: string, settings: ThreadSettings, twins: readonly string[] = []): Promise<void> {
  const draft = `${path}.new`;
  const thread = await PgliteThread.start({ ...settings, directory: draft });
  await thread.close();
  for (const twin of twins) {
    await copyTree(draft, `${twin}.new`);
    await publishTree(`${twin}.new`, twin);
  }
  await publishTree(draft, path);
}

async function startChecked(path: string, settings: ThreadSettings): Promise<PgliteThread> {
  const thread = await PgliteThread.start({ ...settings, directory: path });
  try {
    // Opening replays the log; reading every catalog entry shows damage that replaying does not.
    await thread.query('SELECT count(*) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid', []);
    return thread;
  } catch (error) {
    await thread.close();
    throw error;
  }
}

async function assertVersion(path: string): Promise<void> {
  const version = (await readFile(join(path, 'PG_VERSION'), 'utf8').catch(() => '')).trim();
  if (version === '' || version === SERVER_MAJOR) return;
  throw new AppError('store.other_version', { message: `The store in ${path} was made by PostgreSQL ${version}; this Kontor has ${SERVER_MAJOR}. Start the Kontor that made it and export, or move the folder away and import again.`, details: { version } });
}

function unreadable(path: string, cause: unknown): AppError {
  return new AppError('store.unreadable', {
    message: `The database in ${path} does not open and no snapshot of it does. Nothing was changed. Move the folder away and import the documents again, or restore a backup of it.`,
    details: { path },
    cause: storeError(cause),
  });
}
