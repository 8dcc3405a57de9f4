import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { gunzipSync } from 'node:zlib';

const BLOCK_BYTES = 512;

/** Unpacks a snapshot that PGlite wrote: a gzipped tar (POSIX ustar) of plain files and directories. */
export async function unpackSnapshot(bytes: Uint8Array, directory: string): Promise<void> {
  const tar = gunzipSync(bytes);
  let at = 0;
  await mkdir(directory, { recursive: true });
  while (at + BLOCK_BYTES <= tar.length && tar[at] !== 0) {
    const header = tar.subarray(at, at + BLOCK_BYTES);
    const text = (from: number, length: number): string => header.subarray(from, from + length).toString('utf8').replace(/\0.*$/s, '');
    const name = normalize(join('/', text(345, 155), text(0, 100)));
    const sizeBytes = Number.parseInt(text(124, 12).trim() || '0', 8);
    const path = join(directory, name);
    if (text(156, 1) === '5') await mkdir(path, { recursive: true });
    else {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, tar.subarray(at + BLOCK_BYTES, at + BLOCK_BYTES + sizeBytes));
    }
    at += BLOCK_BYTES + Math.ceil(sizeBytes / BLOCK_BYTES) * BLOCK_BYTES;
  }
}
