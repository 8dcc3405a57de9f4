import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '@kontor/kernel';
import type { Logger } from '@kontor/observability';
import { quietly } from '../../redis/quietly.js';
import { checkHandlers } from '../check-handlers.js';
import { INTERRUPTED, type JobHandler, type JobTable, type WorkerOptions, type Workers } from '../job-queue.js';
import type { Backend, BullJob, BullQueue, BullWorker } from './backend.js';
import { Claim } from './claim.js';
import { stalled } from './failure.js';
import { JobRunner } from './job-runner.js';
import { recoverOrphans } from './recover.js';
import { watchStrays } from './strays.js';

const DRAIN_MS = 10_000;
/** After the drain: work that was told to stop puts things in order, and the store is told. A store that is away must not keep the process. */
const SETTLE_MS = 10_000;

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
  const lock = setting.backend.lock(rows.some((row) => row.awaited));
  const worker = setting.backend.worker(queue, (job, token) => runner.run(job, token, new Claim(job, token, lock)), {
    concurrency: concurrency ?? Math.max(...rows.map((row) => row.concurrency)),
    lockDuration: lock.lastsMs,
    stalledInterval: lock.checkedEveryMs,
    // By the claim.
    skipLockRenewal: true,
    // The most patient job of the queue; the runner holds each to its own number.
    maxStalledCount: Math.max(...rows.map((row) => row.stalledMax)),
  });
  worker.on('stalled', (id) => void runner.foundStalled(setting.queueOf(queue), id).catch(quietly(setting.logger, 'could not look after a job whose worker died', { queue })));
  worker.on('error', quietly(setting.logger, 'queue store failed', { queue }));
  worker.on('failed', (job) => {
    if (job?.finishedOn !== undefined) void runner.foundFailed(job as BullJob, stalled());
  });
  return worker;
}

async function closeWorkers<Table extends JobTable>({ logger }: HostSetting<Table>, workers: readonly BullWorker[], closing: AbortController, drainMs: number): Promise<void> {
  const timer = setTimeout(() => closing.abort(new AppError(INTERRUPTED, { retry: 'later', message: 'Kontor was shut down before this was done.' })), drainMs);
  const done = new AbortController();
  const late = pause(drainMs + SETTLE_MS, undefined, { signal: done.signal }).then(
    () => logger.warn('the queue store did not answer while the workers closed'),
    () => undefined,
  );
  await Promise.race([Promise.all(workers.map((worker) => worker.close())), late]).finally(() => clearTimeout(timer));
  done.abort();
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
  const strays = watchStrays(setting, queues);
  let closed: Promise<void> | undefined;
  return {
    health: () => {
      const stopped = queues.filter((_, index) => !workers[index]!.isRunning());
      if (stopped.length > 0 && !closed) throw new AppError('job.worker_stopped', { status: 503, message: `No worker takes jobs from ${stopped.join(', ')} any more. Restart this service.` });
    },
    close: (drainMs = DRAIN_MS) => (closed ??= closeWorkers(setting, workers, closing, drainMs).finally(() => clearInterval(strays))),
  };
}
