export type { BlobStore, ListedBlob, StoredBlob } from './blob-store.js';
export { DirectoryBlobStore } from './directory-blob-store.js';
export { openBlobStore } from './open-blob-store.js';
export { S3BlobStore, type S3Settings } from './s3/s3-blob-store.js';
