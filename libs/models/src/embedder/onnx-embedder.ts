import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError } from '@kontor/kernel';
import type { EmbedderEntry } from '../catalogue/entry.js';
import { batchesOf, type PlacedBatch } from './batches.js';
import type { Embedder, EmbedKind } from './embedder.js';
import { ThreadPool } from './thread-pool.js';
import { UnigramTokenizer } from './unigram-tokenizer.js';

export interface EmbedderOptions {
  entry: EmbedderEntry;
  /** The folder of the verified files, as `ModelStore.path` gives it. */
  folder: string;
  /** Threads that embed passages: one for each processor unless told otherwise. One more is kept for queries. */
  threads?: number;
}

/** Texts that are tokenised before other work of this thread gets its turn. */
const TEXTS_A_TURN = 16;

/** E5 in ONNX Runtime, one session in each of several threads; only the quick tokenizing happens in this one. */
class OnnxEmbedder implements Embedder {
  readonly model: string;
  readonly dimensions: number;
  readonly tokensMax: number;

  constructor(
    private readonly entry: EmbedderEntry,
    private readonly tokenizer: UnigramTokenizer,
    private readonly pool: ThreadPool,
  ) {
    this.model = entry.name;
    this.dimensions = entry.dimensions;
    this.tokensMax = entry.tokensMax;
  }

  async embed(texts: readonly string[], kind: EmbedKind, signal?: AbortSignal): Promise<Float32Array[]> {
    signal?.throwIfAborted();
    const vectors = new Array<Float32Array>(texts.length);
    const batches = batchesOf(await this.#encode(texts, kind));
    const work = Promise.all(batches.map((batch) => this.#run(batch, kind, signal, vectors)));
    await (signal === undefined ? work : untilAborted(work, signal));
    return vectors;
  }

  countTokens(text: string): number {
    return this.tokenizer.count(text);
  }

  close(): Promise<void> {
    return this.pool.close();
  }

  async #encode(texts: readonly string[], kind: EmbedKind): Promise<number[][]> {
    const encoded: number[][] = [];
    for (const text of texts) {
      if (encoded.length % TEXTS_A_TURN === TEXTS_A_TURN - 1) await nextTurn();
      encoded.push(this.tokenizer.encode(this.entry.prefixes[kind] + text, this.tokensMax));
    }
    return encoded;
  }

  async #run({ places, ...batch }: PlacedBatch, kind: EmbedKind, signal: AbortSignal | undefined, vectors: Float32Array[]): Promise<void> {
    const joined = await this.pool.run(batch, kind, signal);
    if (joined.length !== places.length * this.dimensions) {
      throw new AppError('embedder.failed', { message: `${this.model} gave vectors of another length than ${this.dimensions}.` });
    }
    for (const [row, place] of places.entries()) vectors[place] = joined.slice(row * this.dimensions, (row + 1) * this.dimensions);
  }
}

/** Rejects as soon as the signal says so; what a thread computes at that moment ends unseen. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/**
 * Loads the embedder; resolves when every thread is ready.
 *
 * @example const embedder = await createEmbedder({ entry, folder: await store.path(entry.name) });
 */
export async function createEmbedder({ entry, folder, threads = availableParallelism() }: EmbedderOptions): Promise<Embedder> {
  const file = entry.files.find(({ name }) => name.endsWith('.onnx'));
  if (file === undefined) throw new AppError('model.wrong_kind', { message: `${entry.name} holds no ONNX file.` });
  const pool = new ThreadPool({ folder, fileName: file.name });
  try {
    const [tokenizer] = await Promise.all([UnigramTokenizer.load(join(folder, 'tokenizer.json')), pool.open(threads)]);
    return new OnnxEmbedder(entry, tokenizer, pool);
  } catch (error) {
    await pool.close();
    throw AppError.from(error, 'embedder.unloadable');
  }
}
