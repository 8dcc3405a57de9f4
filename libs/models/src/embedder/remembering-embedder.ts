import { createHash } from 'node:crypto';
import type { EmbedKind, Embedder } from './embedder.js';
import { EmbedderAround } from './embedder-around.js';

/** About 25 MB of vectors of the default embedder. */
const KEPT_MAX = 16_384;

/**
 * Keeps the vectors of what was embedded last on the side of questions: the sentences of documents that answers are made
 * of come again with each question about them, and each answer would wait a second for them. Passages come once. Texts
 * are kept as hashes.
 */
export class RememberingEmbedder extends EmbedderAround {
  private readonly kept = new Map<string, Float32Array>();

  constructor(
    inner: Embedder,
    private readonly keptMax = KEPT_MAX,
  ) {
    super(inner);
  }

  async embed(texts: readonly string[], kind: EmbedKind, signal?: AbortSignal): Promise<Float32Array[]> {
    if (kind === 'passage') return this.inner.embed(texts, kind, signal);
    signal?.throwIfAborted();
    const keys = texts.map((text) => createHash('sha256').update(text).digest('base64'));
    const found = new Map(keys.flatMap((key) => (this.kept.has(key) ? [[key, this.kept.get(key)!] as const] : [])));
    const missing = new Map(texts.flatMap((text, index) => (found.has(keys[index]!) ? [] : [[keys[index]!, text] as const])));
    const embedded = missing.size === 0 ? [] : await this.inner.embed([...missing.values()], kind, signal);
    for (const [index, key] of [...missing.keys()].entries()) found.set(key, embedded[index]!);
    for (const [key, vector] of found) this.keep(key, vector);
    return keys.map((key) => found.get(key)!);
  }

  /** A map keeps the order in which its keys came: the first is the one that was not asked for the longest. */
  private keep(key: string, vector: Float32Array): void {
    this.kept.delete(key);
    this.kept.set(key, vector);
    if (this.kept.size > this.keptMax) this.kept.delete(this.kept.keys().next().value!);
  }
}
