import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@kontor/kernel';
import { Database } from '../database.js';
import { migrate } from '../migrate.js';
import { unpackSnapshot } from './unpack-snapshot.js';
import { lockStore } from './store-lock.js';
import { PgliteEngine } from './pglite-engine.js';
import { PgliteThread } from './pglite-thread.js';
import { QueuePool } from './queue-pool.js';
import { listSnapshots, writeSnapshot } from './snapshots.js';

export interface EmbeddedStore {
  database: Database;
  /** For BullMQ's PostgreSQL backend; lives in a second PGlite. */
  queuePool: QueuePool;
  /** Words for the operator: that a snapshot was restored, and where the broken store lies. */
  notices: string[];
  /** Writes a snapshot of the store; returns its path. */
  snapshot(): Promise<string>;
  close(): Promise<void>;
}

/** Opens the store in `directory`, creating it where there is none; a store that does not open gives way to its newest snapshot. */
export async function openEmbedded(options: { directory: string }): Promise<EmbeddedStore> {
  await mkdir(options.directory, { recursive: true, mode: 0o700 });
  const unlock = await lockStore(options.directory);
  try {
    const notices: string[] = [];
    const thread = await openMain(options.directory, notices);
    const engine = new PgliteEngine(thread, async () => {});
    await migrate(engine);
    const queueThread = await openQueue(options.directory, notices);
    // BullMQ's functions call each other without their schema.
    await queueThread.script('SET search_path TO bullmq, public');
    const queuePool = new QueuePool(queueThread);
    return {
      database: new Database(engine),
      queuePool,
      notices,
      snapshot: async () => writeSnapshot(join(options.directory, 'snapshots'), await thread.dump()),
      close: async () => {
        await queueThread.close();
        await engine.close();
        await unlock();
      },
    };
  } catch (error) {
    await unlock();
    throw error;
  }
}

async function openMain(directory: string, notices: string[]): Promise<PgliteThread> {
  const path = join(directory, 'pgdata');
  try {
    return await PgliteThread.open(path);
  } catch (error) {
    const aside = `${path}-broken-${Date.now()}`;
    await rename(path, aside);
    for (const snapshot of await listSnapshots(join(directory, 'snapshots'))) {
      await unpackSnapshot(await readFile(snapshot), path);
      const thread = await PgliteThread.open(path).catch(() => null);
      if (thread) {
        notices.push(`The store did not open and was restored from ${snapshot}; the broken one lies in ${aside}. Import the folders again to bring what came later.`);
        return thread;
      }
      await rm(path, { recursive: true, force: true });
    }
    await rename(aside, path);
    throw AppError.from(error);
  }
}

/** Jobs can be asked for again, so a queue that does not open starts empty; it is kept aside all the same. */
async function openQueue(directory: string, notices: string[]): Promise<PgliteThread> {
  const path = join(directory, 'queue');
  try {
    return await PgliteThread.open(path, true);
  } catch {
    const aside = `${path}-broken-${Date.now()}`;
    await rename(path, aside);
    notices.push(`The queue did not open and starts empty; the broken one lies in ${aside}. Repeat an import that was under way.`);
    return PgliteThread.open(path, true);
  }
}
