import { createHash, randomUUID } from 'node:crypto';
import { constants, createReadStream, createWriteStream } from 'node:fs';
import { access, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '@kontor/kernel';
import type { BlobStore, ListedBlob, StoredBlob } from './blob-store.js';
import { KEY, pathOf } from './key.js';

const PART = '.part';

/** Blobs as files, two letters of the key as folders; a file has its name only once it is whole and on the disk. */
export class DirectoryBlobStore implements BlobStore {
  constructor(private readonly directory: string) {}

  async put(content: Readable): Promise<StoredBlob> {
    await mkdir(this.directory, { recursive: true });
    const part = join(this.directory, `${randomUUID()}${PART}`);
    const hash = createHash('sha256');
    let sizeBytes = 0;
    const measure = new Transform({
      transform(bytes: Buffer, _encoding, done) {
        hash.update(bytes);
        sizeBytes += bytes.length;
        done(null, bytes);
      },
    });
    try {
      await pipeline(content, measure, createWriteStream(part));
      const key = hash.digest('hex');
      await this.settle(part, key);
      return { key, sizeBytes };
    } catch (error) {
      await rm(part, { force: true });
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC') throw new AppError('blob.disk_full', { status: 507, retry: 'later', message: 'The disk is full; free some space and repeat the import.', cause: error });
      throw error;
    }
  }

  async get(key: string): Promise<Readable> {
    if (!(await this.has(key))) throw new AppError('blob.absent', { status: 404, message: 'The original file is no longer there; import the folder again.' });
    return createReadStream(this.pathOf(key));
  }

  async has(key: string): Promise<boolean> {
    if (!KEY.test(key)) return false;
    return stat(this.pathOf(key)).then((found) => found.isFile(), () => false);
  }

  async remove(key: string): Promise<void> {
    if (KEY.test(key)) await rm(this.pathOf(key), { force: true });
  }

  async *list(): AsyncGenerator<ListedBlob> {
    for (const folder of await namesIn(this.directory)) {
      if (folder.length !== 2) continue;
      for (const key of await namesIn(join(this.directory, folder))) {
        const found = KEY.test(key) ? await stat(this.pathOf(key)).catch(() => null) : null;
        if (found) yield { key, sizeBytes: found.size, storedAtMs: found.mtimeMs };
      }
    }
  }

  async removeUnfinished(beforeMs: number): Promise<number> {
    let removed = 0;
    for (const name of await namesIn(this.directory)) {
      const path = join(this.directory, name);
      const found = name.endsWith(PART) ? await stat(path).catch(() => null) : null;
      if (!found || found.mtimeMs >= beforeMs) continue;
      await rm(path, { force: true });
      removed += 1;
    }
    return removed;
  }

  async health(): Promise<{ place: string }> {
    await mkdir(this.directory, { recursive: true });
    await access(this.directory, constants.R_OK | constants.W_OK | constants.X_OK).catch((cause: unknown) => {
      throw new AppError('blob.directory_forbidden', { status: 503, retry: 'later', message: "Kontor may not read and write the folder of its originals. Give its account that folder.", cause });
    });
    return { place: 'directory' };
  }

  // The content first, then its name: after a power cut a name without its content would pass for the whole.
  private async settle(part: string, key: string): Promise<void> {
    await syncPath(part, 'r+');
    const folder = join(this.directory, key.slice(0, 2));
    await mkdir(folder, { recursive: true });
    await rename(part, this.pathOf(key));
    // Windows opens no folder, and writes its entries itself.
    if (process.platform !== 'win32') for (const path of [folder, this.directory]) await syncPath(path, 'r');
  }

  private pathOf(key: string): string {
    return join(this.directory, pathOf(key));
  }
}

/** Before the first blob there is no folder yet. */
async function namesIn(directory: string): Promise<string[]> {
  return readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
}

async function syncPath(path: string, flags: 'r' | 'r+'): Promise<void> {
  const handle = await open(path, flags);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
