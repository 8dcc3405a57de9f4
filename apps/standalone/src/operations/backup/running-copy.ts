import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { acquireLock, openEmbeddedSource, type CopySource, type EmbeddedStore } from '@kontor/db';
import { AppError } from '@kontor/kernel';

/** Where a running Kontor puts a copy of its store for a backup. The backup holds the folder's lock all the while. */
const WAITING = 'backup.copy';
const STORE = 'store';

/** The running Kontor's half: copies the store for the backup that waits, and for nobody else. */
export async function copyForBackup(store: Pick<EmbeddedStore, 'copyTo'>, directory: string): Promise<{ directory: string }> {
  const waiting = join(directory, WAITING);
  if (!isLocked(waiting)) throw new AppError('backup.nobody_waits', { status: 409, message: 'No backup waits for a copy of the store. Run: kontor backup' });
  const target = join(waiting, STORE);
  await rm(target, { recursive: true, force: true });
  await store.copyTo(target);
  return { directory: target };
}

function isLocked(folder: string): boolean {
  if (!existsSync(folder)) return false;
  try {
    acquireLock(folder).release();
    return false;
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'store.in_use') return true;
    throw thrown;
  }
}

/** The backup's half: asks for a copy and reads that, so that people search on while it is written. */
export async function openRunningSource(directory: string, askForCopy: () => Promise<{ directory: string }>): Promise<CopySource> {
  const waiting = join(directory, WAITING);
  await mkdir(waiting, { recursive: true, mode: 0o700 });
  const lock = acquireLock(waiting);
  const remove = (): Promise<void> => {
    lock.release();
    return rm(waiting, { recursive: true, force: true });
  };
  try {
    const source = await openEmbeddedSource((await askForCopy()).directory);
    return { read: (work) => source.read(work), close: () => source.close().finally(remove) };
  } catch (thrown) {
    await remove();
    throw thrown;
  }
}
