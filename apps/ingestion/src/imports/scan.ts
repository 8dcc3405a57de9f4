import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { ImportFailure } from '@kontor/contracts';
import { SUPPORTED_EXTENSIONS } from '@kontor/extract';

const PATH_UNITS_MAX = 1_024;
const FILES_MAX = 1_000_000;

export interface ScannedFile {
  /** Relative to the folder, with slashes; the document's name in the corpus. */
  path: string;
  absolutePath: string;
  sizeBytes: number;
  contentHash: string;
}

export interface Scan {
  files: ScannedFile[];
  failures: ImportFailure[];
}

/** The files below a folder that Kontor reads; what cannot be taken is listed with its reason, never followed. */
export async function scanDirectory(directory: string, fileBytesMax: number): Promise<Scan> {
  const root = await realpath(directory);
  const scan: Scan = { files: [], failures: [] };
  for await (const absolutePath of walk(root)) {
    const path = relative(root, absolutePath).split(sep).join('/');
    const refused = await refuse(root, absolutePath, path, fileBytesMax);
    if (refused === 'skip') continue;
    if (refused) scan.failures.push({ path: path.slice(0, PATH_UNITS_MAX), ...refused });
    else scan.files.push({ path, absolutePath, ...(await fingerprint(absolutePath)) });
    if (scan.files.length >= FILES_MAX) break;
  }
  scan.files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return scan;
}

async function* walk(directory: string): AsyncGenerator<string> {
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    if (entry.name.startsWith('.')) continue;
    const path = join(directory, entry.name);
    if (entry.isDirectory()) yield* walk(path);
    else yield path;
  }
}

async function refuse(root: string, absolutePath: string, path: string, fileBytesMax: number): Promise<{ code: string; message: string } | 'skip' | null> {
  const extension = /\.[^./]+$/.exec(path.toLowerCase())?.[0] ?? '';
  if (!SUPPORTED_EXTENSIONS.includes(extension)) return 'skip';
  if (path.length > PATH_UNITS_MAX) return { code: 'file.path_too_long', message: `The path is longer than ${PATH_UNITS_MAX} characters; shorten the names of its folders.` };
  const target = await realpath(absolutePath).catch(() => null);
  if (target === null) return { code: 'file.unreadable', message: 'The link leads nowhere; remove it or restore the file.' };
  if (target !== root && !target.startsWith(root + sep)) return { code: 'file.outside', message: 'The link leads out of the folder, so it was not followed; copy the file into the folder.' };
  const found = await stat(target).catch(() => null);
  if (!found?.isFile()) return { code: 'file.unreadable', message: 'This is no ordinary file.' };
  if (found.size === 0) return { code: 'document.empty', message: 'The file is empty; there is nothing to find in it.' };
  if (found.size > fileBytesMax) return { code: 'document.too_large', message: `The file is larger than the ${Math.round(fileBytesMax / 1_048_576)} MB that Kontor reads; split it or raise KONTOR_FILE_BYTES_MAX.` };
  return null;
}

async function fingerprint(path: string): Promise<{ sizeBytes: number; contentHash: string }> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const bytes of createReadStream(path)) {
    hash.update(bytes as Buffer);
    sizeBytes += (bytes as Buffer).length;
  }
  return { sizeBytes, contentHash: hash.digest('hex') };
}
