/** What crosses between the pool and one of its threads. */
export interface EmbedBatch {
  /** How many tokens each text has. */
  lengths: Int32Array;
  /** The texts' token ids, one after the other. */
  ids: Int32Array;
}

/** `vectors` holds one after the other, in the order of the batch. */
export type EmbedReply = { kind: 'ready' } | { kind: 'vectors'; vectors: Float32Array } | { kind: 'error'; message: string };

export interface EmbedWorkerData {
  /** The folder of the verified model; its name is the model's name. */
  folder: string;
  fileName: string;
  /** Whether everything else goes before this thread. */
  background: boolean;
}
