import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DirectoryBlobStore, type BlobStore } from '@kontor/blobs';
import { jobs, type Jobs } from '@kontor/contracts';
import { openEmbedded, type Database } from '@kontor/db';
import { silentLogger, type Logger } from '@kontor/observability';
import { createJobQueue, type JobQueue } from '@kontor/queue';

/** What an app's handlers and services stand on, all of it real: the store, its queue, its files. */
export interface World {
  directory: string;
  database: Database;
  queue: JobQueue<Jobs>;
  blobs: BlobStore;
  logger: Logger;
  /** Closes everything and keeps the files, as the end of a process does. */
  end(): Promise<void>;
  /** Ends it and removes the files. */
  close(): Promise<void>;
}

/**
 * Opens a store as the embedded shape does, in a new folder, or again in the folder of a world that has ended.
 *
 * @example const world = await openWorld(); … await world.close();
 */
export async function openWorld(directory?: string): Promise<World> {
  const folder = directory ?? (await mkdtemp(join(tmpdir(), 'kontor-world-')));
  const store = await openEmbedded({ directory: folder });
  const queue = await createJobQueue(jobs, { backend: 'postgres', pool: store.queuePool as never, exclusive: true });
  let ended: Promise<void> | undefined;
  const end = (): Promise<void> => (ended ??= queue.close().then(() => store.close()));
  const close = async (): Promise<void> => {
    await end();
    await rm(folder, { recursive: true, force: true });
  };
  return { directory: folder, database: store.database, queue, blobs: new DirectoryBlobStore(join(folder, 'blobs')), logger: silentLogger, end, close };
}
