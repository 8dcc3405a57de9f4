import type { Readable } from 'node:stream';

export interface StoredBlob {
  /** The content's sha256: equal content is stored once. */
  key: string;
  sizeBytes: number;
}

/** Keeps originals as they came. Keys are made by the store from the content, so a key is never a path of the caller's. */
export interface BlobStore {
  put(content: Readable): Promise<StoredBlob>;
  /** Rejects with 'blob.absent' where there is no such key. */
  get(key: string): Promise<Readable>;
  has(key: string): Promise<boolean>;
  remove(key: string): Promise<void>;
}
