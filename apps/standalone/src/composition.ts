import { join } from 'node:path';
import { Module, type DynamicModule } from '@nestjs/common';
import { AdminApiModule, examine, modelAdmin, type AdminApiPorts } from '@kontor/admin-api';
import { DirectoryBlobStore } from '@kontor/blobs';
import { ChatApiModule } from '@kontor/chat-api';
import { defaults, type Config } from '@kontor/config';
import { jobs, type Jobs } from '@kontor/contracts';
import type { Database, EmbeddedStore } from '@kontor/db';
import type { EventBus, EventWatch } from '@kontor/events';
import type { Extractor } from '@kontor/extract';
import type { SessionSignIn } from '@kontor/http';
import { InferenceModule } from '@kontor/inference-worker';
import { ImportService, IngestionModule, UploadService } from '@kontor/ingestion';
import type { ModelRuntime, ModelStore } from '@kontor/models';
import type { Logger } from '@kontor/observability';
import { JobsModule, type JobQueue, type TokenStream } from '@kontor/queue';
import { copyForBackup } from './operations/backup/running-copy.js';

/** One firm a store in the embedded shape. */
export const TENANT = defaults.services.tenant;

/** What this process has opened, for the modules of all services. */
export interface Adapters {
  config: Config;
  database: Database;
  store: Pick<EmbeddedStore, 'copyTo'>;
  queue: JobQueue<Jobs>;
  stream: TokenStream;
  events: EventBus & EventWatch;
  extractor: Extractor;
  models: ModelStore;
  runtime: ModelRuntime;
  embedderReady: Promise<void>;
  signIn: SessionSignIn;
  logger: Logger;
}

@Module({})
class StandaloneModule {
  static with(imports: DynamicModule[]): DynamicModule {
    return { module: StandaloneModule, imports };
  }
}

/** The modules of all services over one set of adapters; the queue refuses to start when a job has no handler or two. */
export function compose(adapters: Adapters): DynamicModule {
  const { config, database, queue, stream, events, runtime, signIn, logger } = adapters;
  const blobs = new DirectoryBlobStore(join(config.store.directory, 'blobs'));
  const { fileBytesMax } = config.ingestion;
  const { firstWordMs, answerTokensMax } = config.inference;
  const { importsWaitingMax } = config.ingestion;
  const { embedder, chatModel } = runtime;
  const ingestion = IngestionModule.with({
    tenant: TENANT, database, blobs, extractor: adapters.extractor, embedder, embedderReady: adapters.embedderReady, queue, fileBytesMax, importsWaitingMax, logger,
    enqueue: (name, data, options) => queue.enqueue(name, data as never, options),
  });
  return StandaloneModule.with([
    ingestion,
    InferenceModule.with({ tenant: TENANT, database, queue, stream, chatModel, embedder, firstWordMs, answerTokensMax, logger }),
    ChatApiModule.with({ tenant: TENANT, database, blobs, queue, stream, events, embedder, capabilities: async () => runtime.capabilities(), answerSlots: async () => runtime.chatParallelMax, demo: config.demo.enabled, sessions: signIn }),
    AdminApiModule.with({ imports: [ingestion], inject: [ImportService, UploadService], useFactory: (imports: ImportService, uploads: UploadService) => administration(adapters, imports, uploads) }),
    JobsModule.with(queue, { concurrency: { [jobs['answer.generate'].queue]: runtime.chatParallelMax } }),
  ]);
}

function administration({ config, database, store, events, queue, models, runtime, logger }: Adapters, imports: ImportService, uploads: UploadService): AdminApiPorts {
  return {
    tenant: TENANT, database, events,
    imports: { start: (request) => imports.start(request), progress: (id) => imports.progress(id), latest: (limit) => imports.latest(limit), upload: (corpus, files) => uploads.upload(corpus, files) },
    models: modelAdmin(models, config),
    queue,
    copyStore: () => copyForBackup(store, config.store.directory),
    checks: () => examine({ config, database, tenant: TENANT, capabilities: runtime.capabilities() }),
    logger,
  };
}
