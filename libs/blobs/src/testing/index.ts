export { describeBlobStore } from './describe-blob-store.js';
