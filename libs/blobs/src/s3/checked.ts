import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { AppError } from '@kontor/kernel';
import { blobError } from './s3-errors.js';

/**
 * Passes on what a server sends, at the reader's pace, and ends well only when it was the whole content of that key. The
 * limit counts while the server is waited for, so that a slow reader loses nothing.
 */
export async function* checked(body: Readable, key: string, idleMsMax: number): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  const pieces = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  try {
    for (;;) {
      const piece = await withinLimit(pieces.next(), idleMsMax);
      if (piece.done) break;
      hash.update(piece.value);
      yield piece.value;
    }
  } catch (error) {
    throw blobError(error);
  } finally {
    body.destroy();
  }
  if (hash.digest('hex') !== key) throw new AppError('blob.damaged', { message: 'The blob store gave back something else than was kept. Import the folder again, and check the disk of the blob store.', details: { key } });
}

async function withinLimit<T>(work: Promise<T>, limitMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error('no bytes came'), { name: 'TimeoutError' })), limitMs);
  });
  try {
    return await Promise.race([work, expired]);
  } finally {
    clearTimeout(timer);
    // Whoever stopped waiting hears nothing of how it ended.
    work.catch(() => undefined);
  }
}
