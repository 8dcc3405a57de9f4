import { createHash } from 'node:crypto';
import { createReadStream, type Dirent } from 'node:fs';
import { readdir, realpath } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { ImportFailure } from '@kontor/contracts';
import { SUPPORTED_EXTENSIONS } from '@kontor/extract';
import { AppError } from '@kontor/kernel';
import { locate, PATH_TOO_LONG, PATH_UNITS_MAX, refuse, tooLarge, unreadable, type Refusal } from './refusal.js';
import { ScanFindings } from './scan-findings.js';

const FILES_MAX = 1_000_000;

export interface ScannedFile {
  /** Relative to the folder, with slashes; the document's name in the corpus. */
  path: string;
  sizeBytes: number;
  contentHash: string;
}

export interface Scan {
  files: ScannedFile[];
  failures: ImportFailure[];
  notices: string[];
  /** Whether what was read of this path before stays, though the scan brings no such file. */
  keeps(path: string): boolean;
}

interface Found {
  absolutePath: string;
  entry: Dirent;
  /** Set where the entry is a folder that could not be listed. */
  refusal?: Refusal;
}

/** The files below a folder that Kontor reads. What cannot be taken is listed with its reason and stops nothing. */
export async function scanDirectory(directory: string, fileBytesMax: number): Promise<Scan> {
  const root = await realpath(directory);
  const findings = new ScanFindings();
  const entries = await readdir(root, { withFileTypes: true }).catch((cause: unknown) => {
    throw new AppError('import.no_directory', { status: 400, message: `${directory} could not be listed. ${unreadable(cause).message}`, cause });
  });
  for await (const found of walk(root, entries)) {
    if (findings.files.length >= FILES_MAX) {
      findings.cut(FILES_MAX);
      break;
    }
    const path = relative(root, found.absolutePath).split(sep).join('/');
    if (found.refusal) findings.refuseFolder(path, found.refusal);
    else await take(root, found, path, fileBytesMax, findings);
  }
  return findings.finish();
}

async function* walk(directory: string, entries: readonly Dirent[]): AsyncGenerator<Found> {
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    const absolutePath = join(directory, entry.name);
    if (!entry.isDirectory()) {
      yield { absolutePath, entry };
      continue;
    }
    const below = await readdir(absolutePath, { withFileTypes: true }).catch((thrown: unknown) => unreadable(thrown));
    if (Array.isArray(below)) yield* walk(absolutePath, below);
    else yield { absolutePath, entry, refusal: below };
  }
}

async function take(root: string, { absolutePath, entry }: Found, path: string, fileBytesMax: number, findings: ScanFindings): Promise<void> {
  const place = await locate(root, absolutePath, entry);
  const extension = /\.[^./]+$/.exec(path.toLowerCase())?.[0] ?? '';
  // A link to a folder has no ending to go by, and what lies behind it may be documents.
  const toFolder = 'code' in place && extension === '';
  if (!SUPPORTED_EXTENSIONS.includes(extension) && !toFolder) return findings.leaveOut(path, extension);
  if ('code' in place) return findings.refuse(path, place);
  if (path.length > PATH_UNITS_MAX) return findings.refuse(path, PATH_TOO_LONG);
  const refusal = await refuse(place.target, fileBytesMax);
  if (refusal) return findings.refuse(path, refusal);
  const read = await fingerprint(place.target, fileBytesMax).catch((thrown: unknown) => unreadable(thrown));
  if ('code' in read) findings.refuse(path, read);
  else findings.files.push({ path, ...read });
}

/** Reads no more than the limit, whatever is appended to the file meanwhile. */
async function fingerprint(path: string, fileBytesMax: number): Promise<{ sizeBytes: number; contentHash: string } | Refusal> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const bytes of createReadStream(path, { end: fileBytesMax })) {
    hash.update(bytes as Buffer);
    sizeBytes += (bytes as Buffer).length;
  }
  return sizeBytes > fileBytesMax ? tooLarge(fileBytesMax) : { sizeBytes, contentHash: hash.digest('hex') };
}
