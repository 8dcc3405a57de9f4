import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { acquireLock } from '@kontor/db';
import { AppError } from '@kontor/kernel';
import { settle } from './line-file.js';

/**
 * Lets `work` fill a folder beside `target`, which gets its name in one step when all of it is on the disk. Whatever ends
 * it early leaves nothing under that name; what a killed one left is thrown away by the next.
 */
export async function intoNewFolder<T>(target: string, work: (draft: string) => Promise<T>): Promise<T> {
  if (existsSync(target)) throw new AppError('backup.exists', { status: 409, message: `${target} is there already, and a backup is never written over. Name another folder.`, details: { target } });
  const draft = `${target}.part`;
  const result = await filled(draft, work).catch(async (thrown: unknown) => {
    throw readable(thrown, target);
  });
  await rename(draft, target);
  await settle(dirname(target));
  return result;
}

async function filled<T>(draft: string, work: (draft: string) => Promise<T>): Promise<T> {
  await mkdir(draft, { recursive: true, mode: 0o700 });
  const lock = acquireLock(draft);
  try {
    for (const name of await readdir(draft)) if (!name.startsWith('store.lock')) await rm(join(draft, name), { recursive: true });
    const result = await work(draft);
    lock.release();
    await settle(draft);
    return result;
  } catch (thrown) {
    lock.release();
    await rm(draft, { recursive: true, force: true });
    throw thrown;
  }
}

function readable(thrown: unknown, target: string): unknown {
  const { code } = thrown as { code?: unknown };
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'blob.disk_full') {
    return new AppError('backup.disk_full', { status: 507, retry: 'later', message: `The disk of ${target} is full. What was written was removed; free some space, or name a folder on another disk.`, cause: thrown });
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'ENOTDIR') return new AppError('backup.not_writable', { message: `${target} cannot be written; check the folder and its rights.`, cause: thrown });
  if (code === 'store.in_use') return new AppError('backup.in_progress', { status: 409, message: `Another backup is being written to ${target} at the moment.`, cause: thrown });
  return thrown;
}
