import { jobs } from '@kontor/contracts';
import { runService } from '@kontor/http';
import { ModelRuntime, openModelStore } from '@kontor/models';
import { JobsModule } from '@kontor/queue';
import { announcePresence, openServers } from '@kontor/wiring';
import { InferenceModule } from './inference.module.js';

const { queue: QUEUE } = jobs['answer.generate'];
/** A server that is away for a moment must not cost the answer that is being written. */
const WAIT_MS = 30_000;

/** Writes answers in a process of its own; any number of them may run, each with its own model. */
await runService('inference-worker', async (parts) => {
  const { config, logger, opened } = parts;
  const { database, queue, stream } = await openServers(parts, WAIT_MS);
  const runtime = opened.add(new ModelRuntime(openModelStore(config), config, logger));
  // The embedder first, because it is small; questions wait until both are there, or known to be missing.
  const after = runtime.startEmbedder().then(() => runtime.startChat());
  await announcePresence(parts, database, 'inference-worker', () => runtime.capabilities());
  const { embedder, chatModel } = runtime;
  const answers = InferenceModule.with({ tenant: config.services.tenant, database, queue, stream, embedder, chatModel, logger, ...config.inference });
  const onFailed = (thrown: unknown): void => {
    logger.fatal({ err: thrown }, 'no answer can be written');
    process.kill(process.pid, 'SIGTERM');
  };
  const workers = JobsModule.with(queue, { queues: [QUEUE], concurrency: { [QUEUE]: runtime.chatParallelMax }, after, onFailed, drainMs: config.services.drainMs });
  return { module: { ...answers, imports: [workers] } };
});
