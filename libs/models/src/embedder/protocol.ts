/** What crosses between the pool and one of its threads. Texts of one batch have the same number of tokens. */
export interface EmbedBatch {
  texts: number;
  tokens: number;
  /** The texts' token ids, one after the other. */
  ids: Int32Array;
}

export type EmbedReply = { kind: 'ready' } | { kind: 'vectors'; vectors: Float32Array } | { kind: 'error'; message: string };

export interface EmbedWorkerData {
  /** The folder of the verified model; its name is the model's name. */
  folder: string;
  fileName: string;
}
