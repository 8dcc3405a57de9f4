import { constants } from 'node:fs';
import { access, copyFile, mkdir, open, readdir, rename, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@kontor/kernel';

const FREE_BYTES_MIN = 64 * 1024 * 1024;

/** Where a copy from elsewhere is made, in the folder of the store that it becomes. */
export const COPY_DRAFT = 'copy.new';

/** A time that sorts as text and is a valid file name on every system. */
export const timestamp = (now: Date = new Date()): string => now.toISOString().replaceAll(':', '-');

/** Tells a full or read-only disk from a broken store: the latter is restored, the former must not be touched. */
export async function assertWritable(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true });
    await access(directory, constants.W_OK | constants.R_OK);
  } catch (cause) {
    throw new AppError('store.not_writable', { message: `Kontor may not write to the data folder ${directory}. Give this account the right to, or set KONTOR_DATA to another folder.`, details: { directory }, cause });
  }
  await assertSpace(directory);
}

export async function assertSpace(directory: string): Promise<void> {
  const { bavail, bsize } = await statfs(directory);
  if (bavail * bsize >= FREE_BYTES_MIN) return;
  throw new AppError('store.disk_full', { status: 507, retry: 'later', message: `The disk that holds ${directory} is full. Free at least 64 MB; nothing that was saved is lost.`, details: { directory, freeBytes: bavail * bsize } });
}

/** Copies a tree file by file, as clones where the file system can, without what `skip` names. */
export async function copyTree(from: string, to: string, skip: (path: string) => boolean = () => false): Promise<void> {
  await mkdir(to, { recursive: true, mode: 0o700 });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    if (skip(source)) continue;
    const target = join(to, entry.name);
    if (entry.isDirectory()) await copyTree(source, target, skip);
    else await copyFile(source, target, constants.COPYFILE_FICLONE);
  }
}

/** Sends a tree to the disk, the folders' own entries included. */
async function syncTree(directory: string): Promise<void> {
  const entries = await readdir(directory, { withFileTypes: true });
  // Many at once: the disk then writes its journal once for all of them.
  await Promise.all(entries.map((entry) => (entry.isDirectory() ? syncTree : syncPath)(join(directory, entry.name))));
  await syncPath(directory);
}

async function syncPath(path: string): Promise<void> {
  let handle;
  try {
    handle = await open(path, 'r');
    await handle.sync();
  } catch (error) {
    // Windows opens no directory, and syncs no file that is open for reading alone.
    if (process.platform !== 'win32') throw error;
  } finally {
    await handle?.close();
  }
}

/** Makes a finished tree appear under its name in one step. */
export async function publishTree(draft: string, target: string): Promise<void> {
  await syncTree(draft);
  await rename(draft, target);
  await syncPath(join(target, '..'));
}

export async function removeTree(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
}

export async function listFolders(directory: string): Promise<string[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
