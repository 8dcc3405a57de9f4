import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';

/** A content that is read once: its beginning, then the rest, counted and hashed on the way. */
export class Measured {
  readonly #hash = createHash('sha256');
  readonly #pieces: AsyncIterator<Buffer | string>;
  sizeBytes = 0;
  /** Why the content broke off, which is the caller's to hear and no fault of the store's. */
  failure: { error: unknown } | null = null;

  constructor(content: Readable) {
    this.#pieces = content[Symbol.asyncIterator]();
  }

  /** All of it where it is no longer than that; else what was read so far, and `rest()` gives it again with what follows. */
  async begin(bytesMax: number): Promise<{ whole: boolean; pieces: Buffer[] }> {
    const pieces: Buffer[] = [];
    for await (const piece of this.#read()) {
      pieces.push(piece);
      if (this.sizeBytes > bytesMax) return { whole: false, pieces };
    }
    return { whole: true, pieces };
  }

  async *rest(pieces: Buffer[]): AsyncGenerator<Buffer> {
    // Taken out one by one, so that the beginning is not held for as long as the rest is sent.
    while (pieces.length > 0) yield pieces.shift()!;
    yield* this.#read();
  }

  /** Once, when all was read. */
  key(): string {
    return this.#hash.digest('hex');
  }

  async *#read(): AsyncGenerator<Buffer> {
    // Not `for await`: leaving that loop early would end the content.
    for (let next = await this.#next(); !next.done; next = await this.#next()) {
      const bytes = typeof next.value === 'string' ? Buffer.from(next.value) : next.value;
      this.#hash.update(bytes);
      this.sizeBytes += bytes.length;
      // An upload that fails throws in here; that is the store's failure and not the content's.
      yield bytes;
    }
  }

  async #next(): Promise<IteratorResult<Buffer | string>> {
    try {
      return await this.#pieces.next();
    } catch (error) {
      this.failure = { error };
      throw error;
    }
  }
}
