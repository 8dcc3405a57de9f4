/** E5 models were trained with a prefix per side, so the caller says which side a text is on. */
export type EmbedKind = 'query' | 'passage';

/**
 * Turns texts into vectors of one length. Two adapters: ONNX Runtime in worker threads, and a hash of words for tests.
 *
 * @example const [vector] = await embedder.embed(['Wie viele Urlaubstage habe ich?'], 'query');
 */
export interface Embedder {
  /** Name of the catalogue entry; an index generation records it, since vectors of two models never compare. */
  readonly model: string;
  readonly dimensions: number;
  /** Longest input in tokens, special tokens and prefix included; what exceeds it is cut off. */
  readonly tokensMax: number;
  /**
   * Normalised vectors in the order of the texts. Queries overtake passages that wait, so that a search stays
   * quick during an import. An aborted call rejects with the signal's reason and its waiting batches are dropped.
   */
  embed(texts: readonly string[], kind: EmbedKind, signal?: AbortSignal): Promise<Float32Array[]>;
  /** Tokens of the embedder's own tokenizer, without special tokens. Synchronous: the chunker calls it in its loop. */
  countTokens(text: string): number;
  close(): Promise<void>;
}
