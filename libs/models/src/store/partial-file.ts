import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { diskError } from './disk.js';

const READ_BYTES = 1_048_576;

/**
 * A file that is not whole yet. It is hashed while it is written, and what an earlier attempt left is hashed when
 * it is opened, so that continuing costs no second download and finishing no second reading.
 */
export class PartialFile {
  #hash: Hash = createHash('sha256');
  #lengthBytes = 0;

  private constructor(
    readonly path: string,
    private readonly handle: FileHandle,
  ) {}

  static async open(path: string): Promise<PartialFile> {
    const handle = await open(path, 'a+', 0o600).catch((error: unknown) => {
      throw diskError(error, dirname(path));
    });
    const partial = new PartialFile(path, handle);
    const { size } = await handle.stat();
    const buffer = Buffer.allocUnsafe(READ_BYTES);
    while (partial.#lengthBytes < size) {
      const { bytesRead } = await handle.read(buffer, 0, READ_BYTES, partial.#lengthBytes);
      if (bytesRead === 0) break;
      partial.#count(buffer.subarray(0, bytesRead));
    }
    return partial;
  }

  get lengthBytes(): number {
    return this.#lengthBytes;
  }

  async write(chunk: Uint8Array): Promise<void> {
    try {
      for (let from = 0; from < chunk.length; ) {
        const { bytesWritten } = await this.handle.write(chunk, from);
        this.#count(chunk.subarray(from, from + bytesWritten));
        from += bytesWritten;
      }
    } catch (error) {
      throw diskError(error, dirname(this.path));
    }
  }

  /** Forgets what is there: the source cannot continue, or the bytes turned out wrong. */
  async restart(): Promise<void> {
    await this.handle.truncate(0);
    this.#hash = createHash('sha256');
    this.#lengthBytes = 0;
  }

  sha256(): string {
    return this.#hash.copy().digest('hex');
  }

  /** Puts the whole file under its name; on the disk first, so that a crash leaves the partial or the whole one. */
  async finish(finalPath: string): Promise<void> {
    try {
      await this.handle.sync();
      await rename(this.path, finalPath);
    } catch (error) {
      throw diskError(error, dirname(this.path));
    }
  }

  close(): Promise<void> {
    return this.handle.close();
  }

  #count(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    this.#lengthBytes += bytes.length;
  }
}
