import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import type { ImportProgress } from '@kontor/contracts';
import { createExtractor } from '@kontor/extract';
import type { Upload } from '@kontor/http';
import type { Embedder } from '@kontor/models';
import type { JobHandler } from '@kontor/queue';
import type { Jobs } from '@kontor/contracts';
import { openWorld, type World } from '@kontor/testing';
import { DocumentHandler } from '../documents/document.handler.js';
import { EmbeddingHandler } from '../embedding/embedding.handler.js';
import { FolderImportHandler } from '../imports/folder-import.handler.js';
import { ImportService } from '../imports/import.service.js';
import { UploadService } from '../imports/upload.service.js';
import type { IngestionPorts } from '../ports.js';

export const TENANT = 'firm';

export interface IngestionWorld extends World {
  ports: IngestionPorts;
  folders: FolderImportHandler;
  documents: DocumentHandler;
  embedding: EmbeddingHandler;
  imports: ImportService;
  uploads: UploadService;
  /** Starts the workers; `embed` stands in for the embedding handler where a spec looks at the moment around it. */
  work(embed?: (run: () => Promise<void>) => Promise<void>): Promise<void>;
  /** Writes files and imports their folder. */
  bring(files: Record<string, string>, corpus?: string): Promise<{ runId: string }>;
  /** The run once it has come to its end. */
  finished(runId: string): Promise<ImportProgress>;
  setEmbedder(embedder: Embedder | null): void;
}

const LIMITS = { sizeBytesMax: 1_000_000, timeoutMs: 30_000, memoryBytesMax: 1_073_741_824 };
const WAIT_MS_MAX = 60_000;

/** Files as the page uploads them. */
export async function* uploadOf(files: Record<string, string | Buffer>): AsyncGenerator<Upload> {
  for (const [name, content] of Object.entries(files)) yield { name, content: Readable.from([Buffer.from(content)]), assertWhole: () => undefined };
}

/** Ingestion over a real store, a real queue and real parsers; only the embedder is the test's choice. */
export async function openIngestion(directory?: string): Promise<IngestionWorld> {
  return ingestionOver(await openWorld(directory));
}

/** The same over what a test has opened, such as servers. */
export function ingestionOver(world: World): IngestionWorld {
  const extractor = createExtractor(LIMITS);
  let embedder: Embedder | null = null;
  const ports: IngestionPorts = {
    tenant: TENANT, database: world.database, blobs: world.blobs, extractor, embedder: () => embedder, embedderReady: Promise.resolve(), queue: world.queue, fileBytesMax: LIMITS.sizeBytesMax, importsWaitingMax: 200, logger: world.logger,
    enqueue: (name, data, options) => world.queue.enqueue(name, data as never, options),
  };
  const [folders, documents, embedding, imports, uploads] = [new FolderImportHandler(ports), new DocumentHandler(ports), new EmbeddingHandler(ports), new ImportService(ports), new UploadService(ports)];
  const answers: JobHandler<Jobs> = { job: 'answer.generate', run: () => Promise.reject(new Error('no answers here')) };
  return {
    ...world, ports, folders, documents, embedding, imports, uploads,
    setEmbedder: (next) => void (embedder = next),
    async work(embed = (run) => run()) {
      await world.queue.startWorkers([
        { job: 'folder.import', run: (data) => folders.run(data), failed: (data, error) => folders.failed(data, error) },
        { job: 'document.ingest', run: (data, { signal }) => documents.run(data, { signal }), failed: (data, error) => documents.failed(data, error) },
        { job: 'corpus.embed', run: (data, { signal }) => embed(() => embedding.run(data, { signal })), failed: (data, error) => embedding.failed(data, error) },
        answers,
      ]);
    },
    async bring(files, corpus = 'handbook') {
      const folder = join(world.directory, 'brought', corpus);
      for (const [path, text] of Object.entries(files)) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), text);
      }
      return imports.start({ directory: folder, corpus });
    },
    async finished(runId) {
      for (const startedMs = Date.now(); ; ) {
        const progress = await imports.progress(runId);
        if (progress.state === 'finished' || progress.state === 'failed') return progress;
        if (Date.now() - startedMs > WAIT_MS_MAX) throw new Error(`the import still is ${progress.state}`);
        await new Promise((wake) => setTimeout(wake, 50));
      }
    },
    async close() {
      await world.end();
      await extractor.close();
      await world.close();
    },
  };
}
