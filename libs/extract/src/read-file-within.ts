import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { documentError } from './errors.js';

// What a busy machine answers; the file itself may be sound.
const PASSING = new Set(['EMFILE', 'ENFILE', 'EAGAIN', 'EBUSY', 'EIO', 'ENOMEM', 'ESTALE']);

/** The bytes of a regular file, or the reason why there are none. Size and content come from one handle, so a file swapped meanwhile gains nothing. */
export async function readFileWithin(path: string, sizeBytesMax: number): Promise<Buffer> {
  // Without O_NONBLOCK, opening a named pipe would wait for ever.
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch(failed);
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw documentError('document.unreadable');
    if (stats.size === 0) throw documentError('document.empty');
    if (stats.size > sizeBytesMax) throw documentError('document.too_large', { sizeBytes: stats.size, sizeBytesMax });
    return await readBytes(handle, stats.size).catch(failed);
  } finally {
    await handle.close();
  }
}

/** At most `sizeBytes`, however much the file grows meanwhile. */
async function readBytes(handle: FileHandle, sizeBytes: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(sizeBytes);
  let filled = 0;
  while (filled < sizeBytes) {
    const { bytesRead } = await handle.read(bytes, filled, sizeBytes - filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

function failed(error: NodeJS.ErrnoException): never {
  throw documentError('document.unreadable', { errno: error.errno ?? 0 }, PASSING.has(error.code ?? '') ? 'later' : 'never', error);
}
