import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Module, type DynamicModule } from '@nestjs/common';
import { AdminApiModule } from '@kontor/admin-api';
import { DirectoryBlobStore } from '@kontor/blobs';
import { ChatApiModule } from '@kontor/chat-api';
import type { Config } from '@kontor/config';
import { jobs, type Jobs } from '@kontor/contracts';
import { openEmbedded, type EmbeddedStore } from '@kontor/db';
import { createExtractor } from '@kontor/extract';
import { startHttp } from '@kontor/http';
import { AnswerHandler } from '@kontor/inference-worker';
import { DocumentHandler, EmbeddingHandler, ImportService, UploadService, type IngestionPorts } from '@kontor/ingestion';
import { ModelStore, type PullProgress } from '@kontor/models';
import { createLogger, Health, type Logger } from '@kontor/observability';
import { createJobQueue, MemoryTokenStream, type JobQueue } from '@kontor/queue';
import { ModelRuntime } from './models/model-runtime.js';
import { examine } from './operations/doctor.js';
import { modelAdmin } from './operations/model-admin.js';
import { writeRunFile } from './run-file.js';
import { DemoSignIn, sessionKey } from './session/demo-sign-in.js';

/** One firm a store in the embedded shape. */
const TENANT = 'home';
const SNAPSHOT_EVERY_MS = 3_600_000;
const PAGES = fileURLToPath(new URL('../../chat-widget/dist/web/', import.meta.url));

@Module({})
class StandaloneModule {
  static with(imports: DynamicModule[]): DynamicModule {
    return { module: StandaloneModule, imports };
  }
}

export interface StandaloneOptions {
  config: Config;
  /** Overrides the configured port; 0 takes a free one. */
  port?: number;
  /** For commands: no log but errors, and models are waited for. */
  quiet?: boolean;
  onModelProgress?: (progress: PullProgress) => void;
}

export interface Standalone {
  address: { baseUrl: string; token: string };
  imports: ImportService;
  notices: string[];
  /** Settles when the models are loaded, or known to be missing. */
  modelsReady: Promise<void>;
  isEmpty(): Promise<boolean>;
  close(): Promise<void>;
}

/** All services in one process, over the embedded adapters. */
export async function startStandalone(options: StandaloneOptions): Promise<Standalone> {
  const { config } = options;
  const logger = createLogger({ name: 'kontor', level: options.quiet ? 'error' : config.log.level, text: config.log.text });
  await mkdir(config.store.directory, { recursive: true, mode: 0o700 });
  const store = await openEmbedded({ directory: config.store.directory });
  const queue = await createJobQueue(jobs, { backend: 'postgres', pool: store.queuePool as never, exclusive: true, logger });
  const models = new ModelStore(config.home.directory, { sources: config.models.sources as never, hubBaseUrl: config.models.hubUrl });
  const runtime = new ModelRuntime(models, config, logger);
  const { ingestion, extractor } = ingestionPorts(config, store, queue, runtime, logger);
  const imports = new ImportService(ingestion);
  const services = { store, queue, models, runtime, ingestion, imports, logger };
  const embedding = new EmbeddingHandler(ingestion);
  const stopWorkers = await startHandlers(config, services, embedding);
  const token = randomBytes(24).toString('base64url');
  const http = await serve(options, services, token);
  const removeRunFile = await writeRunFile(config.store.directory, { baseUrl: http.url, pid: process.pid, token });
  const progress = options.onModelProgress ?? (() => {});
  const modelsReady = runtime.startEmbedder(progress).then(() => Promise.all([embedding.resume(TENANT), runtime.startChat(progress)])).then(() => undefined);
  const snapshots = setInterval(() => void store.snapshot().catch((error: Error) => logger.error({ reason: error.message }, 'snapshot failed')), SNAPSHOT_EVERY_MS);
  snapshots.unref();
  if (options.quiet) await modelsReady;
  return {
    address: { baseUrl: http.url, token },
    imports,
    notices: store.notices,
    modelsReady,
    isEmpty: async () => (await imports.latest(1)).length === 0,
    close: async () => {
      clearInterval(snapshots);
      await removeRunFile();
      await http.close();
      await stopWorkers();
      await modelsReady;
      await runtime.close();
      await extractor.close();
      await queue.close();
      await store.close();
    },
  };
}

interface Services {
  store: EmbeddedStore;
  queue: JobQueue<Jobs>;
  models: ModelStore;
  runtime: ModelRuntime;
  ingestion: IngestionPorts;
  imports: ImportService;
  logger: Logger;
}
const stream = new MemoryTokenStream();

function ingestionPorts(config: Config, store: EmbeddedStore, queue: JobQueue<Jobs>, runtime: ModelRuntime, logger: Logger) {
  const limits = { sizeBytesMax: config.ingestion.fileBytesMax, timeoutMs: config.ingestion.parseTimeoutMs, memoryBytesMax: config.ingestion.parseMemoryBytesMax };
  const extractor = createExtractor(limits);
  const ingestion: IngestionPorts = {
    tenant: TENANT,
    database: store.database,
    blobs: new DirectoryBlobStore(join(config.store.directory, 'blobs')),
    extractor,
    embedder: runtime.embedder,
    enqueue: (name, data, one) => queue.enqueue(name, data as never, one),
    fileBytesMax: config.ingestion.fileBytesMax,
    logger,
  };
  return { ingestion, extractor };
}

/** The handlers of all workers; the queue refuses to start when a job has none or two. */
async function startHandlers(config: Config, { store, queue, runtime, ingestion, logger }: Services, embedding: EmbeddingHandler): Promise<() => Promise<void>> {
  const documents = new DocumentHandler(ingestion);
  const { firstWordMs, answerTokensMax } = config.inference;
  const answers = new AnswerHandler({ database: store.database, stream, chatModel: runtime.chatModel, embedder: runtime.embedder, firstWordMs, answerTokensMax, logger });
  const workers = await queue.startWorkers([
    { job: 'document.ingest', run: (data, { signal }) => documents.ingest(data, signal), failed: (data, error) => documents.failed(data, error) },
    { job: 'corpus.embed', run: (data, { signal }) => embedding.embed(data, signal) },
    { job: 'answer.generate', run: (data, { signal }) => answers.generate(data, signal), failed: (data, error) => answers.failed(data, error) },
  ]);
  return () => workers.close();
}

async function serve(options: StandaloneOptions, { store, queue, models, runtime, ingestion, imports, logger }: Services, token: string) {
  const { config } = options;
  const signIn = new DemoSignIn(store.database, TENANT, await sessionKey(config.store.directory), token, config.demo.enabled);
  const uploads = new UploadService(ingestion);
  const module = StandaloneModule.with([
    ChatApiModule.with({ tenant: TENANT, database: store.database, blobs: ingestion.blobs, queue, stream, embedder: runtime.embedder, capabilities: async () => runtime.capabilities(), demo: config.demo.enabled, sessions: signIn }),
    AdminApiModule.with({
      imports: { start: (request) => imports.start(request), progress: (id) => imports.progress(id), latest: (limit) => imports.latest(limit), upload: (corpus, files) => uploads.upload(corpus, files) },
      models: modelAdmin(models),
      checks: () => examine(config, store.database, runtime, TENANT),
      logger,
    }),
  ]);
  const pages = existsSync(PAGES) ? [{ prefix: '/', directory: PAGES }] : [];
  return startHttp(module, { ...config.http, ...(options.port === undefined ? {} : { port: options.port }), fileBytesMax: config.ingestion.fileBytesMax, logger, signIn, pages, health: new Health() });
}
