export { ImportService } from './imports/import.service.js';
export { UploadService } from './imports/upload.service.js';
export { IngestionModule } from './ingestion.module.js';
export type { IngestionPorts } from './ports.js';
