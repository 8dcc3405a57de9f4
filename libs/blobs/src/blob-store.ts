import type { Readable } from 'node:stream';

export interface StoredBlob {
  /** The content's sha256: equal content is stored once. */
  key: string;
  sizeBytes: number;
}

export interface ListedBlob extends StoredBlob {
  /** When it was put last: putting the same content again makes it new again. */
  storedAtMs: number;
}

/** Keeps originals as they came. Keys are made by the store from the content, so a key is never a path of the caller's. */
export interface BlobStore {
  put(content: Readable): Promise<StoredBlob>;
  /** Rejects with 'blob.absent' where there is no such key. */
  get(key: string): Promise<Readable>;
  has(key: string): Promise<boolean>;
  remove(key: string): Promise<void>;
  /** All that is kept, in no order; one that is put or removed meanwhile may be missing. */
  list(): AsyncIterable<ListedBlob>;
  /** Takes away what a `put` began before this moment and never ended, because its process died. Returns how many. */
  removeUnfinished(beforeMs: number): Promise<number>;
  /** Whether it can be used now; rejects with what an operator has to mend. */
  health(): Promise<{ place: string }>;
}
