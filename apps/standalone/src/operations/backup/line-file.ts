import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { AppError } from '@kontor/kernel';

const BATCH_CHARACTERS = 1024 * 1024;
// Texts and vectors shrink to about half at the fastest level; the slower ones gain little more.
const GZIP = { level: 1 };

/** Writes lines into a compressed file, as they come; returns the file's sha256. It is on the disk when this resolves. */
export async function writeLines(path: string, batches: AsyncIterable<readonly string[]>): Promise<string> {
  const hash = createHash('sha256');
  const measure = new Transform({
    transform(bytes: Buffer, _encoding, done) {
      hash.update(bytes);
      done(null, bytes);
    },
  });
  await pipeline(Readable.from(joined(batches)), createGzip(GZIP), measure, createWriteStream(path, { flags: 'wx', mode: 0o600 }));
  await settle(path);
  return hash.digest('hex');
}

async function* joined(batches: AsyncIterable<readonly string[]>): AsyncGenerator<string> {
  for await (const lines of batches) if (lines.length > 0) yield `${lines.join('\n')}\n`;
}

/** The lines of such a file, many at a time. */
export async function* readLines(path: string): AsyncGenerator<readonly string[]> {
  const text = createReadStream(path).pipe(createGunzip()).setEncoding('utf8');
  let rest = '';
  try {
    for await (const piece of text as AsyncIterable<string>) {
      rest += piece;
      if (rest.length < BATCH_CHARACTERS) continue;
      const end = rest.lastIndexOf('\n');
      if (end < 0) continue;
      yield rest.slice(0, end).split('\n');
      rest = rest.slice(end + 1);
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('backup.file_damaged', { message: `${path} cannot be read: the backup is damaged.`, details: { path }, cause });
  }
  if (rest !== '') yield rest.replace(/\n$/, '').split('\n');
}

export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(path, { highWaterMark: 1_048_576 })) hash.update(bytes as Buffer);
  return hash.digest('hex');
}

/** Sends a file or a folder's entries to the disk. */
export async function settle(path: string): Promise<void> {
  const handle = await open(path, 'r').catch((error: unknown) => {
    // Windows opens no folder, and writes its entries itself.
    if (process.platform === 'win32') return null;
    throw error;
  });
  try {
    await handle?.sync();
  } catch (error) {
    if (process.platform !== 'win32') throw error;
  } finally {
    await handle?.close();
  }
}
