import { jobs } from '@kontor/contracts';
import { createExtractor } from '@kontor/extract';
import { runService, type ServiceParts } from '@kontor/http';
import { ModelRuntime, openModelStore } from '@kontor/models';
import { JobsModule } from '@kontor/queue';
import { announcePresence, openBlobs, openDatabase, openQueue, openRedisOf, operatorSignIn } from '@kontor/wiring';
import { ImportsController } from './imports/imports.controller.js';
import { IngestionModule } from './ingestion.module.js';
import type { IngestionPorts } from './ports.js';

const QUEUES = [jobs['folder.import'].queue, jobs['document.ingest'].queue, jobs['corpus.embed'].queue];

/** Reads and embeds documents in a process of its own, beside others over the same servers. */
await runService('ingestion', async (parts) => {
  const { config, logger } = parts;
  const database = await openDatabase(parts);
  const queue = await openQueue(parts, await openRedisOf(parts));
  const blobs = await openBlobs(parts);
  const { tools, runtime } = documentTools(parts);
  const { tenant, operatorToken, drainMs } = config.services;
  const enqueue: IngestionPorts['enqueue'] = (name, data, options) => queue.enqueue(name, data as never, options);
  const ingestion = IngestionModule.with({ tenant, database, blobs, enqueue, queue, ...tools, fileBytesMax: config.ingestion.fileBytesMax, importsWaitingMax: config.ingestion.importsWaitingMax, logger });
  await announcePresence(parts, database, 'ingestion', () => runtime.capabilities().filter((one) => one.name === 'embedder'));
  const module = { ...ingestion, imports: [JobsModule.with(queue, { queues: [...new Set(QUEUES)], drainMs })] };
  // Without a token nobody could call it, so it is not there.
  return operatorToken === undefined ? { module } : { module: { ...module, controllers: [ImportsController] }, signIn: operatorSignIn(parts, database) };
});

function documentTools({ config, logger, opened }: ServiceParts): { tools: Pick<IngestionPorts, 'embedder' | 'embedderReady' | 'extractor'>; runtime: ModelRuntime } {
  const { parseTimeoutMs, parseMemoryBytesMax, fileBytesMax } = config.ingestion;
  const extractor = opened.add(createExtractor({ sizeBytesMax: fileBytesMax, timeoutMs: parseTimeoutMs, memoryBytesMax: parseMemoryBytesMax }));
  const runtime = opened.add(new ModelRuntime(openModelStore(config), config, logger));
  return { tools: { embedder: runtime.embedder, embedderReady: runtime.startEmbedder(), extractor }, runtime };
}
