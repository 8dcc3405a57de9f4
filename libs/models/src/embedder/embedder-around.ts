import type { EmbedKind, Embedder } from './embedder.js';

/** An embedder that adds something to another one: all but `embed` is the inner one's. */
export abstract class EmbedderAround implements Embedder {
  constructor(protected readonly inner: Embedder) {}

  abstract embed(texts: readonly string[], kind: EmbedKind, signal?: AbortSignal): Promise<Float32Array[]>;

  get model(): string {
    return this.inner.model;
  }

  get dimensions(): number {
    return this.inner.dimensions;
  }

  get tokensMax(): number {
    return this.inner.tokensMax;
  }

  countTokens(text: string): number {
    return this.inner.countTokens(text);
  }

  close(): Promise<void> {
    return this.inner.close();
  }
}
