import { stat, realpath } from 'node:fs/promises';
import type { Dirent } from 'node:fs';
import { join, sep } from 'node:path';

/** Why a file of a folder is not taken. */
export interface Refusal {
  code: string;
  message: string;
  /** The file is there and may be readable another time: what was read of it before stays. */
  keepsEarlier?: true;
}

export const PATH_UNITS_MAX = 1_024;
const MEGABYTE = 1_048_576;

export const PATH_TOO_LONG: Refusal = { code: 'file.path_too_long', message: `The path is longer than ${PATH_UNITS_MAX} characters; shorten the names of its folders.`, keepsEarlier: true };
const OUTSIDE: Refusal = { code: 'file.outside', message: 'The link leads out of the folder, so it was not followed; copy what it points to into the folder.' };
const FOLDER_LINK: Refusal = { code: 'file.folder_link', message: 'The link leads to another folder of this import, so it was not followed; its files are imported where they lie.' };
const DANGLING: Refusal = { code: 'file.unreadable', message: 'The link leads nowhere; remove it or restore the file.' };
const NO_FILE: Refusal = { code: 'file.unreadable', message: 'This is no ordinary file.' };
const EMPTY: Refusal = { code: 'document.empty', message: 'The file is empty; there is nothing to find in it.' };
const CHANGED_NAME: Refusal = { code: 'file.name_unreadable', message: 'The name is not in UTF-8, so the file cannot be opened by it; rename the file.' };

export const tooLarge = (fileBytesMax: number): Refusal => ({
  code: 'document.too_large',
  message: `The file is larger than the ${Math.round(fileBytesMax / MEGABYTE)} MB that Kontor reads; split it or raise KONTOR_FILE_BYTES_MAX.`,
  keepsEarlier: true,
});

const UNREADABLE: Record<string, string> = {
  EACCES: 'Kontor may not read this; give the account under which it runs the right to.',
  EPERM: 'Kontor may not read this; give the account under which it runs the right to.',
  ENOENT: 'It was there a moment ago and is gone; import the folder again.',
  ENAMETOOLONG: PATH_TOO_LONG.message,
};

/** What the system said when something could not be opened or read. */
export function unreadable(thrown: unknown): Refusal {
  const { code = 'unknown' } = thrown as NodeJS.ErrnoException;
  if (code === 'ENAMETOOLONG') return PATH_TOO_LONG;
  if (code === OUTSIDE.code) return OUTSIDE;
  return { code: 'file.unreadable', message: UNREADABLE[code] ?? `It could not be read to its end (${code}); check the disk and import the folder again.`, keepsEarlier: true };
}

/** Where the content of an entry lies; links are followed only to files inside of the root. */
export async function locate(root: string, absolutePath: string, entry: Dirent): Promise<{ target: string } | Refusal> {
  if (!entry.isSymbolicLink()) return { target: absolutePath };
  const target = await realpath(absolutePath).catch(() => null);
  if (target === null) return DANGLING;
  if (target !== root && !target.startsWith(root + sep)) return OUTSIDE;
  const found = await stat(target).catch(() => null);
  return found?.isDirectory() ? FOLDER_LINK : { target };
}

/** Where the content of a file lies that was seen before; a link may lead elsewhere since. */
export async function locateAgain(directory: string, path: string): Promise<string> {
  const root = await realpath(directory);
  const target = await realpath(join(root, path));
  if (target.startsWith(root + sep)) return target;
  throw Object.assign(new Error(OUTSIDE.message), { code: OUTSIDE.code });
}

/** Looks at what the system knows of a file, before a byte of it is read. */
export async function refuse(target: string, fileBytesMax: number): Promise<Refusal | null> {
  try {
    const found = await stat(target);
    if (!found.isFile()) return NO_FILE;
    if (found.size === 0) return EMPTY;
    return found.size > fileBytesMax ? tooLarge(fileBytesMax) : null;
  } catch (thrown) {
    // Bytes that are no UTF-8 came as U+FFFD, under which there is no such file.
    return target.includes('\ufffd') ? CHANGED_NAME : unreadable(thrown);
  }
}
