import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { chatPages } from '@kontor/chat-api';
import type { Config } from '@kontor/config';
import { jobs } from '@kontor/contracts';
import { openEmbedded, people } from '@kontor/db';
import { InProcessEventBus, type EventBus } from '@kontor/events';
import { createExtractor } from '@kontor/extract';
import { SessionSignIn, startHttp, startMetricsServer } from '@kontor/http';
import { ImportService } from '@kontor/ingestion';
import { Opened } from '@kontor/kernel';
import { ModelRuntime, openModelStore, type PullProgress } from '@kontor/models';
import { createLogger, Health, type Logger, startTracing } from '@kontor/observability';
import { createJobQueue, MemoryTokenStream } from '@kontor/queue';
import { relayEvents } from '@kontor/wiring';
import { compose, TENANT } from './composition.js';
import { writeRunFile } from './run-file.js';
import { sessionKey } from './session/session-key.js';

const SNAPSHOT_EVERY_MS = 3_600_000;

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
  events: EventBus;
  notices: string[];
  /** Settles when the models are loaded, or known to be missing. */
  modelsReady: Promise<void>;
  isEmpty(): Promise<boolean>;
  close(): Promise<void>;
}

/** All services in one process, over the embedded adapters. */
export async function startStandalone(options: StandaloneOptions): Promise<Standalone> {
  const opened = new Opened();
  try {
    return await open(options, opened);
  } catch (thrown) {
    // What went wrong first is what the person must hear.
    await opened.close().catch(() => undefined);
    throw thrown;
  }
}

async function open(options: StandaloneOptions, opened: Opened): Promise<Standalone> {
  const { config } = options;
  const { directory } = config.store;
  const logger = createLogger({ name: 'kontor', level: options.quiet ? 'error' : config.log.level, text: config.log.text });
  await mkdir(directory, { recursive: true, mode: 0o700 });
  opened.add(await startTracing(config.traces, { service: 'kontor', logger }));
  const store = opened.add(await openEmbedded({ directory }));
  const { database } = store;
  const queue = opened.add(await createJobQueue(jobs, { backend: 'postgres', pool: store.queuePool as never, exclusive: true, logger }));
  const { parseTimeoutMs, parseMemoryBytesMax, fileBytesMax } = config.ingestion;
  const extractor = opened.add(createExtractor({ sizeBytesMax: fileBytesMax, timeoutMs: parseTimeoutMs, memoryBytesMax: parseMemoryBytesMax }));
  const models = openModelStore(config);
  const runtime = opened.add(new ModelRuntime(models, config, logger));
  const events = opened.add(new InProcessEventBus());
  const token = randomBytes(24).toString('base64url');
  const find = (person: string) => database.worker(TENANT, (tx) => people.findCaller(tx, person));
  const signIn = new SessionSignIn({ tenant: TENANT, key: await sessionKey(directory), token, demo: config.demo.enabled, find });
  const stream = opened.add(new MemoryTokenStream());
  // The embedder first, because imports and searches use it.
  const embedderReady = runtime.startEmbedder(options.onModelProgress);
  const module = compose({ config, database, store, queue, stream, events, extractor, models, runtime, embedderReady, signIn, logger });
  const port = options.port ?? config.http.port;
  const http = opened.add(await startHttp(module, { ...config.http, port, fileBytesMax, logger, signIn, pages: chatPages(), health: new Health() }));
  // Only now: what waits from the last time would otherwise go by those who listen.
  opened.add(relayEvents(database, TENANT, events, { logger }));
  if (config.metrics.port !== undefined) opened.add(await startMetricsServer({ host: config.metrics.host, port: config.metrics.port }));
  opened.add({ close: await writeRunFile(directory, { baseUrl: http.url, pid: process.pid, token }) });
  opened.add(snapshotsOf(store, logger));
  const modelsReady = embedderReady.then(() => runtime.startChat(options.onModelProgress));
  if (options.quiet) await modelsReady;
  const imports = http.get(ImportService);
  return { address: { baseUrl: http.url, token }, imports, events, notices: store.notices, modelsReady, isEmpty: async () => (await imports.latest(1)).length === 0, close: () => opened.close() };
}

function snapshotsOf(store: { snapshot(): Promise<string> }, logger: Logger): { close(): Promise<void> } {
  const timer = setInterval(() => void store.snapshot().catch((error: Error) => logger.error({ reason: error.message }, 'snapshot failed')), SNAPSHOT_EVERY_MS);
  timer.unref();
  return { close: async () => clearInterval(timer) };
}
