import { join } from 'node:path';
import { openBlobStore } from '@kontor/blobs';
import type { Config } from '@kontor/config';
import { jobs } from '@kontor/contracts';
import { openPostgres, openQueuePool } from '@kontor/db';
import { createExtractor } from '@kontor/extract';
import { runService, type ServiceParts } from '@kontor/http';
import { AppError } from '@kontor/kernel';
import { ModelRuntime, openModelStore } from '@kontor/models';
import { createJobQueue, JobsModule } from '@kontor/queue';
import { IngestionModule } from './ingestion.module.js';
import type { IngestionPorts } from './ports.js';

const QUEUES = [jobs['folder.import'].queue, jobs['document.ingest'].queue, jobs['corpus.embed'].queue];

/** Reads and embeds documents in a process of its own, beside others over one PostgreSQL server and one folder or bucket of files. */
await runService('ingestion', async (parts) => {
  const { config, logger, health, opened } = parts;
  const url = databaseUrl(config);
  const database = opened.add(await openPostgres({ url, ...config.database }));
  health.register('database', 'readiness', () => database.health());
  const queue = opened.add(await createJobQueue(jobs, { backend: 'postgres', pool: opened.add(await openQueuePool({ url, connectTimeoutMs: config.database.connectTimeoutMs })), logger }));
  const tools = documentTools(parts);
  const { tenant } = config.services;
  const enqueue: IngestionPorts['enqueue'] = (name, data, options) => queue.enqueue(name, data as never, options);
  const blobs = opened.add(await openBlobStore({ directory: join(config.store.directory, 'blobs'), s3: config.s3 }));
  health.register('blobs', 'readiness', () => blobs.health());
  const ingestion = IngestionModule.with({ tenant, database, blobs, enqueue, ...tools, fileBytesMax: config.ingestion.fileBytesMax, logger });
  return { ...ingestion, imports: [JobsModule.with(queue, { queues: [...new Set(QUEUES)] })] };
});

function databaseUrl({ services }: Config): string {
  if (services.databaseUrl !== undefined) return services.databaseUrl;
  throw new AppError('service.database_missing', { message: 'The service needs a PostgreSQL server: set KONTOR_DATABASE_URL. Without one, run all services in one process: npm start.' });
}

function documentTools({ config, logger, opened }: ServiceParts): Pick<IngestionPorts, 'embedder' | 'embedderReady' | 'extractor'> {
  const { parseTimeoutMs, parseMemoryBytesMax, fileBytesMax } = config.ingestion;
  const extractor = opened.add(createExtractor({ sizeBytesMax: fileBytesMax, timeoutMs: parseTimeoutMs, memoryBytesMax: parseMemoryBytesMax }));
  const runtime = opened.add(new ModelRuntime(openModelStore(config), config, logger));
  return { embedder: runtime.embedder, embedderReady: runtime.startEmbedder(), extractor };
}
