import { AppError } from '@kontor/kernel';
import type { Logger } from '@kontor/observability';
import { checkHandlers } from '../check-handlers.js';
import type { JobHandler, JobTable, WorkerOptions, Workers } from '../job-queue.js';
import type { Backend, BullJob, BullQueue, BullWorker } from './backend.js';
import { stalled } from './failure.js';
import { JobRunner } from './job-runner.js';
import { recoverOrphans } from './recover.js';

// Long, because the renewal shares the event loop with tokenising and large JSON.
const LOCK_MS = 120_000;
const STALLED_CHECK_MS = 30_000;
const DRAIN_MS = 10_000;

export interface HostSetting<Table extends JobTable> {
  table: Table;
  backend: Backend;
  queueOf: (name: string) => BullQueue;
  /** No other process uses the store, so what is under way at a start was left by a dead one. */
  exclusive: boolean;
  logger: Logger;
}

function startWorker<Table extends JobTable>(setting: HostSetting<Table>, runner: JobRunner<Table>, queue: string, concurrency: number | undefined): BullWorker {
  const rows = Object.values(setting.table).filter((definition) => definition.queue === queue);
  const worker = setting.backend.worker(queue, (job, token, signal) => runner.run(job, token, signal ?? new AbortController().signal), {
    concurrency: concurrency ?? Math.max(...rows.map((row) => row.concurrency)),
    lockDuration: LOCK_MS,
    stalledInterval: STALLED_CHECK_MS,
    // The most patient job of the queue; the runner holds each to its own number.
    maxStalledCount: Math.max(...rows.map((row) => row.stalledMax)),
  });
  // Another worker may have the job by now; this one must not write what that one writes.
  worker.on('lockRenewalFailed', (ids) => ids.forEach((id) => worker.cancelJob(id, 'lock lost')));
  worker.on('error', (error) => setting.logger.error({ queue, err: error }, 'queue store failed'));
  worker.on('failed', (job) => {
    if (job?.finishedOn !== undefined) void runner.foundFailed(job as BullJob, stalled());
  });
  return worker;
}

/** Starts the workers of the served queues, after the check that each job has its one handler. */
export async function startHost<Table extends JobTable>(setting: HostSetting<Table>, handlers: readonly JobHandler<Table>[], options: WorkerOptions): Promise<Workers> {
  const queues = options.queues ?? [...new Set(Object.values(setting.table).map((definition) => definition.queue))];
  checkHandlers(setting.table, handlers, queues);
  const closing = new AbortController();
  const runner = new JobRunner(setting.table, handlers, closing.signal, setting.logger);
  for (const queue of setting.exclusive ? queues : []) {
    for (const job of await recoverOrphans(setting.queueOf(queue), setting.table, setting.logger)) await runner.foundFailed(job, stalled());
  }
  const workers = queues.map((queue) => startWorker(setting, runner, queue, options.concurrency?.[queue]));
  await Promise.all(workers.map((worker) => worker.waitUntilReady()));
  return {
    close: async (drainMs = DRAIN_MS) => {
      const timer = setTimeout(() => closing.abort(new AppError('job.interrupted', { retry: 'later', message: 'Kontor was shut down before this was done.' })), drainMs);
      await Promise.all(workers.map((worker) => worker.close())).finally(() => clearTimeout(timer));
    },
  };
}
