import { inSpan } from '@kontor/observability';
import type { EmbedKind } from '../embedder/embedder.js';
import { EmbedderAround } from '../embedder/embedder-around.js';

/** An embedder whose work is seen in the trace under way. */
export class TracedEmbedder extends EmbedderAround {
  embed(texts: readonly string[], kind: EmbedKind, signal?: AbortSignal): Promise<Float32Array[]> {
    const attributes = { 'gen_ai.operation.name': 'embeddings', 'gen_ai.request.model': this.model, 'kontor.embedding.kind': kind, 'kontor.embedding.texts': texts.length };
    return inSpan(`embeddings ${this.model}`, { kind: 'client', attributes }, () => this.inner.embed(texts, kind, signal));
  }
}
