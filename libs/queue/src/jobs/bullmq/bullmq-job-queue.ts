import { AppError, invariant } from '@kontor/kernel';
import { type Logger, silentLogger } from '@kontor/observability';
import type { DataOf, EnqueueOptions, FailedJob, JobCounts, JobHandler, JobQueue, JobState, JobTable, JobToAdd, NameOf, WorkerOptions, Workers } from '../job-queue.js';
import type { Backend, BullQueue } from './backend.js';
import { startHost } from './worker-host.js';

// BullMQ serves jobs without a priority before all others, so every job gets one.
const PRIORITY_DEFAULT = 1_000;
const PRIORITY_MAX = 2_097_151;
const FAILED_MAX = 1_000;
const STACK_FRAMES_MAX = 5;
/** Who is further back reads this many ahead. */
const AHEAD_MAX = 1_000;

export interface BullmqOptions {
  exclusive?: boolean;
  logger?: Logger;
}

/** The job queue over BullMQ, whatever store is below. */
export class BullmqJobQueue<Table extends JobTable> implements JobQueue<Table> {
  private readonly queues = new Map<string, BullQueue>();
  private readonly workers = new Set<Workers>();
  private readonly logger: Logger;

  constructor(
    private readonly table: Table,
    private readonly backend: Backend,
    private readonly options: BullmqOptions = {},
  ) {
    this.logger = options.logger ?? silentLogger;
  }

  enqueue<Name extends NameOf<Table>>(name: Name, data: DataOf<Table, Name>, options: EnqueueOptions): Promise<void> {
    return this.enqueueMany(name, [{ ...options, data }]);
  }

  async enqueueMany<Name extends NameOf<Table>>(name: Name, jobs: readonly JobToAdd<DataOf<Table, Name>>[]): Promise<void> {
    const queue = this.queue(name);
    const bulk = jobs.map((job) => this.toBull(name, job));
    await this.forgetFailed(queue, jobs.map((job) => job.id));
    await queue.addBulk(bulk);
  }

  async startWorkers(handlers: readonly JobHandler<Table>[], options: WorkerOptions = {}): Promise<Workers> {
    const setting = { table: this.table, backend: this.backend, queueOf: (queue: string) => this.open(queue), exclusive: this.options.exclusive ?? false, logger: this.logger };
    const workers = await startHost(setting, handlers, options);
    this.workers.add(workers);
    return workers;
  }

  async state(name: NameOf<Table>, id: string): Promise<JobState> {
    const state = await this.queue(name).getJobState(id);
    if (state === 'active' || state === 'failed') return state;
    return state === 'waiting' || state === 'prioritized' || state === 'delayed' ? 'waiting' : 'absent';
  }

  async ahead(name: NameOf<Table>, id: string): Promise<number | null> {
    const queue = this.queue(name);
    const [waiting, active] = await Promise.all([queue.getPrioritized(0, AHEAD_MAX - 1), queue.getActiveCount()]);
    const index = waiting.findIndex((job) => job.id === id);
    if (index >= 0) return active + index;
    return (await this.state(name, id)) === 'waiting' ? active + waiting.length : null;
  }

  async aheadOf(name: NameOf<Table>, priority: number): Promise<number> {
    const queue = this.queue(name);
    const [waiting, active] = await Promise.all([queue.getPrioritized(0, AHEAD_MAX - 1), queue.getActiveCount()]);
    return active + waiting.filter((job) => (job.opts.priority ?? 0) <= priority).length;
  }

  async counts(name: NameOf<Table>): Promise<JobCounts> {
    const counts = await this.queue(name).getJobCounts('waiting', 'prioritized', 'delayed', 'active', 'failed');
    const of = (state: string): number => counts[state] ?? 0;
    return { waiting: of('waiting') + of('prioritized') + of('delayed'), active: of('active'), failed: of('failed') };
  }

  async failed(name: NameOf<Table>, limit: number): Promise<FailedJob[]> {
    const jobs = await this.queue(name).getFailed(0, limit - 1);
    return jobs.map((job) => ({ id: job.id ?? '', reason: job.failedReason, attempts: job.attemptsMade, failedAt: new Date(job.finishedOn ?? job.timestamp) }));
  }

  async retry(name: NameOf<Table>, id: string): Promise<boolean> {
    const job = await this.queue(name).getJob(id);
    if (!job || !(await job.isFailed())) return false;
    await job.retry('failed', { resetAttemptsMade: true, resetAttemptsStarted: true });
    return true;
  }

  async withdraw(name: NameOf<Table>, id: string): Promise<boolean> {
    if ((await this.state(name, id)) !== 'waiting') return false;
    // A worker that took the job in between holds its lock, and then there is nothing to remove.
    return (await this.queue(name).remove(id)) === 1;
  }

  async close(): Promise<void> {
    await Promise.all([...this.workers].map((workers) => workers.close()));
    await Promise.all([...this.queues.values()].map((queue) => queue.close()));
  }

  private toBull<Name extends NameOf<Table>>(name: Name, { id, priority = PRIORITY_DEFAULT, data }: JobToAdd<DataOf<Table, Name>>) {
    const definition = this.table[name];
    invariant(definition, `the job "${name}" is in the registry`);
    invariant(/^[A-Za-z][\w.-]{0,199}$/.test(id), 'a job id begins with a letter and has no more than 200 letters, digits, . _ -');
    if (!definition.data.safeParse(data).success) throw new AppError('job.invalid_payload', { message: `The payload does not fit the job "${name}".` });
    const backoff = { type: 'exponential', delay: definition.backoffMs };
    const opts = { jobId: id, priority: Math.min(Math.max(1, Math.round(priority)), PRIORITY_MAX), attempts: definition.attempts, backoff, removeOnComplete: true, removeOnFail: { count: FAILED_MAX }, stackTraceLimit: STACK_FRAMES_MAX };
    return { name, data, opts };
  }

  /** A kept failure would make BullMQ take a new job of the same id for a duplicate. */
  private async forgetFailed(queue: BullQueue, ids: readonly string[]): Promise<void> {
    if ((await queue.getFailedCount()) === 0) return;
    for (const id of ids) if ((await queue.getJobState(id)) === 'failed') await queue.remove(id);
  }

  private queue(name: NameOf<Table>): BullQueue {
    const definition = this.table[name];
    invariant(definition, `the job "${name}" is in the registry`);
    return this.open(definition.queue);
  }

  private open(queueName: string): BullQueue {
    const existing = this.queues.get(queueName);
    if (existing) return existing;
    const queue = this.backend.queue(queueName);
    queue.on('error', (error) => this.logger.error({ queue: queueName, err: error }, 'queue store failed'));
    this.queues.set(queueName, queue);
    return queue;
  }
}
