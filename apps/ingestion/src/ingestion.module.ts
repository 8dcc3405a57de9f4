import { Module, type DynamicModule } from '@nestjs/common';
import { DocumentHandler } from './documents/document.handler.js';
import { EmbeddingHandler } from './embedding/embedding.handler.js';
import { FolderImportHandler } from './imports/folder-import.handler.js';
import { ImportService } from './imports/import.service.js';
import { UploadService } from './imports/upload.service.js';
import type { IngestionPorts } from './ports.js';
import { INGESTION_PORTS } from './tokens.js';
import { UpkeepService } from './upkeep/upkeep.service.js';

@Module({})
export class IngestionModule {
  static with(ports: IngestionPorts): DynamicModule {
    const services = [ImportService, UploadService];
    return { module: IngestionModule, providers: [{ provide: INGESTION_PORTS, useValue: ports }, FolderImportHandler, DocumentHandler, EmbeddingHandler, UpkeepService, ...services], exports: services };
  }
}
