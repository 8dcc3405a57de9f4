export type { BlobStore, ListedBlob, StoredBlob } from './blob-store.js';
export { DirectoryBlobStore } from './directory-blob-store.js';
