import { inSpan } from '@kontor/observability';
import type { EmbedKind, Embedder } from '../embedder/embedder.js';

/** An embedder whose work is seen in the trace under way. */
export class TracedEmbedder implements Embedder {
  constructor(private readonly inner: Embedder) {}

  get model(): string {
    return this.inner.model;
  }

  get dimensions(): number {
    return this.inner.dimensions;
  }

  get tokensMax(): number {
    return this.inner.tokensMax;
  }

  embed(texts: readonly string[], kind: EmbedKind, signal?: AbortSignal): Promise<Float32Array[]> {
    const attributes = { 'gen_ai.operation.name': 'embeddings', 'gen_ai.request.model': this.model, 'kontor.embedding.kind': kind, 'kontor.embedding.texts': texts.length };
    return inSpan(`embeddings ${this.model}`, { kind: 'client', attributes }, () => this.inner.embed(texts, kind, signal));
  }

  countTokens(text: string): number {
    return this.inner.countTokens(text);
  }

  close(): Promise<void> {
    return this.inner.close();
  }
}
