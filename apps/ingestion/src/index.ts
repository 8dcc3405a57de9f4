export { DocumentHandler } from './documents/document.handler.js';
export { EmbeddingHandler } from './embedding/embedding.handler.js';
export { ImportService } from './imports/import.service.js';
export { UploadService } from './imports/upload.service.js';
export type { IngestionPorts } from './ports.js';
