import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError } from '@kontor/kernel';
import type { Embedder, EmbedKind } from '../embedder/embedder.js';
import { normalise } from '../embedder/pool-tokens.js';

const WORD = /[\p{L}\p{N}]+/gu;

export interface HashEmbedderOptions {
  model?: string;
  dimensions?: number;
  tokensMax?: number;
}

/** FNV-1a: spreads similar words over all dimensions. */
function hash(word: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < word.length; i += 1) value = Math.imul(value ^ word.charCodeAt(i), 0x01000193);
  return value >>> 0;
}

/** Texts with words in common are near each other: an embedder for tests that need no weights. A word is a token. */
export class HashEmbedder implements Embedder {
  readonly model: string;
  readonly dimensions: number;
  readonly tokensMax: number;
  #closed = false;

  constructor(options: HashEmbedderOptions = {}) {
    this.model = options.model ?? 'hash-of-words';
    this.dimensions = options.dimensions ?? 384;
    this.tokensMax = options.tokensMax ?? 512;
  }

  async embed(texts: readonly string[], kind: EmbedKind, signal?: AbortSignal): Promise<Float32Array[]> {
    const vectors: Float32Array[] = [];
    for (const text of texts) {
      // Passages wait a turn each, so that queries overtake them as they do in the real embedder.
      if (kind === 'passage') await nextTurn();
      signal?.throwIfAborted();
      if (this.#closed) throw new AppError('embedder.closed', { message: 'The embedder was closed.', retry: 'later' });
      vectors.push(this.#vector(text));
    }
    return vectors;
  }

  countTokens(text: string): number {
    return words(text).length;
  }

  close(): Promise<void> {
    this.#closed = true;
    return Promise.resolve();
  }

  #vector(text: string): Float32Array {
    const vector = new Float32Array(this.dimensions);
    for (const word of words(text).slice(0, this.tokensMax)) vector[hash(word) % this.dimensions]! += 1;
    // A text without words has a direction too: a vector of zeros has no cosine to anything.
    if (vector.every((value) => value === 0)) vector[0] = 1;
    normalise(vector);
    return vector;
  }
}

function words(text: string): string[] {
  return text.toLowerCase().match(WORD) ?? [];
}
