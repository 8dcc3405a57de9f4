/** What crosses between the pool and one of its threads. */
export interface EmbedRequest {
  id: number;
  texts: string[];
}

export type EmbedReply = { kind: 'ready' } | { kind: 'vectors'; id: number; vectors: Float32Array[] } | { kind: 'error'; id: number; message: string };

export interface EmbedWorkerData {
  modelPath: string;
  folder: string;
  tokensMax: number;
}
