import type { QueueStatus } from '@kontor/contracts';
import { AppError, invariant } from '@kontor/kernel';
import { inSpan, type Logger, silentLogger } from '@kontor/observability';
import { quietly } from '../../redis/quietly.js';
import type { DataOf, DeadLetters, EnqueueOptions, JobCounts, JobHandler, JobQueue, JobState, JobTable, JobToAdd, NameOf, Room, WorkerOptions, Workers } from '../job-queue.js';
import type { Backend, BullQueue } from './backend.js';
import { BullmqDeadLetters } from './dead-letters.js';
import { carriedTrace, messagingAttributes } from './job-trace.js';
import { startHost } from './worker-host.js';

// BullMQ serves jobs without a priority before all others, so every job gets one.
const PRIORITY_DEFAULT = 1_000;
const PRIORITY_MAX = 2_097_151;
/** Older dead letters make room for newer ones beyond this. */
const FAILED_MAX = 10_000;
const STACK_FRAMES_MAX = 5;
/** Who is further back reads this many ahead. */
const AHEAD_MAX = 1_000;

export interface BullmqOptions {
  exclusive?: boolean;
  logger?: Logger;
}

/** The job queue over BullMQ, whatever store is below. */
export class BullmqJobQueue<Table extends JobTable> implements JobQueue<Table> {
  readonly deadLetters: DeadLetters;
  private readonly opened = new Map<string, BullQueue>();
  private readonly workers = new Set<Workers>();
  private readonly logger: Logger;

  constructor(
    private readonly table: Table,
    private readonly backend: Backend,
    private readonly options: BullmqOptions = {},
  ) {
    this.logger = options.logger ?? silentLogger;
    this.deadLetters = new BullmqDeadLetters(backend, (queue) => this.known(queue));
    // At once, so that a store that goes away later finds every queue made.
    for (const { queue } of Object.values(table)) this.open(queue);
  }

  enqueue<Name extends NameOf<Table>>(name: Name, data: DataOf<Table, Name>, options: EnqueueOptions): Promise<void> {
    return this.enqueueMany(name, [{ ...options, data }]);
  }

  async enqueueMany<Name extends NameOf<Table>>(name: Name, jobs: readonly JobToAdd<DataOf<Table, Name>>[]): Promise<void> {
    const { queue: queueName, ownTrace } = this.definition(name);
    const ids = jobs.map((job) => job.id);
    const attributes = { ...messagingAttributes('send', queueName, name), ...(ids.length === 1 ? { 'messaging.message.id': ids[0] } : { 'messaging.batch.message_count': ids.length }) };
    const send = async (): Promise<void> => {
      const bulk = jobs.map((job) => this.toBull(name, job));
      await this.reach(name, async (queue) => {
        await this.forgetFailed(queue, ids);
        await queue.addBulk(bulk);
      });
    };
    // Of an import's thousands the trace that queues them says nothing but that it was they.
    await (ownTrace ? send() : inSpan(`send ${queueName}`, { kind: 'producer', attributes }, send));
  }

  async startWorkers(handlers: readonly JobHandler<Table>[], options: WorkerOptions = {}): Promise<Workers> {
    const setting = { table: this.table, backend: this.backend, queueOf: (queue: string) => this.open(queue), exclusive: this.options.exclusive ?? false, logger: this.logger };
    const workers = await startHost(setting, handlers, options);
    this.workers.add(workers);
    return workers;
  }

  async state(name: NameOf<Table>, id: string): Promise<JobState> {
    const state = await this.reach(name, (queue) => queue.getJobState(id));
    if (state === 'active' || state === 'failed') return state;
    return state === 'waiting' || state === 'prioritized' || state === 'delayed' ? 'waiting' : 'absent';
  }

  async ahead(name: NameOf<Table>, id: string): Promise<number | null> {
    const [waiting, active] = await this.reach(name, (queue) => Promise.all([queue.getPrioritized(0, AHEAD_MAX - 1), queue.getActiveCount()]));
    const index = waiting.findIndex((job) => job.id === id);
    if (index >= 0) return active + index;
    return (await this.state(name, id)) === 'waiting' ? active + waiting.length : null;
  }

  async aheadOf(name: NameOf<Table>, priority: number): Promise<number> {
    const [waiting, active] = await this.reach(name, (queue) => Promise.all([queue.getPrioritized(0, AHEAD_MAX - 1), queue.getActiveCount()]));
    return active + waiting.filter((job) => (job.opts.priority ?? 0) <= priority).length;
  }

  counts(name: NameOf<Table>): Promise<JobCounts> {
    return this.reach(name, countsOf);
  }

  async room(name: NameOf<Table>): Promise<Room> {
    const { waiting, active } = await this.counts(name);
    return { waiting, active, waitingMax: this.waitingMax(this.definition(name).queue) };
  }

  queues(): Promise<QueueStatus[]> {
    const names = [...new Set(Object.values(this.table).map(({ queue }) => queue))];
    return Promise.all(names.map(async (queue) => ({ queue, ...(await this.backend.reach(() => countsOf(this.open(queue)))), waitingMax: this.waitingMax(queue) })));
  }

  async longestWaitsMs(): Promise<Record<string, number>> {
    const waits = [...this.opened].map(async ([name, queue]) => [name, await this.backend.reach(() => longestWaitMsOf(queue))] as const);
    return Object.fromEntries(await Promise.all(waits));
  }

  async withdraw(name: NameOf<Table>, id: string): Promise<boolean> {
    if ((await this.state(name, id)) !== 'waiting') return false;
    // A worker that took the job in between holds its lock, and then there is nothing to remove.
    return (await this.reach(name, (queue) => queue.remove(id))) === 1;
  }

  async health(): Promise<void> {
    await this.backend.health();
    for (const workers of this.workers) workers.health();
  }

  async close(): Promise<void> {
    await Promise.all([...this.workers].map((workers) => workers.close()));
    await Promise.all([...this.opened.values()].map((queue) => queue.close()));
    await this.backend.close();
  }

  private toBull<Name extends NameOf<Table>>(name: Name, { id, priority = PRIORITY_DEFAULT, data }: JobToAdd<DataOf<Table, Name>>) {
    const definition = this.definition(name);
    invariant(/^[A-Za-z][\w.-]{0,199}$/.test(id), 'a job id begins with a letter and has no more than 200 letters, digits, . _ -');
    if (!definition.data.safeParse(data).success) throw new AppError('job.invalid_payload', { message: `The payload does not fit the job "${name}".` });
    const backoff = { type: 'exponential', delay: definition.backoffMs };
    const opts = { jobId: id, priority: Math.min(Math.max(1, Math.round(priority)), PRIORITY_MAX), attempts: definition.attempts, backoff, removeOnComplete: true, removeOnFail: { count: FAILED_MAX }, stackTraceLimit: STACK_FRAMES_MAX, ...carriedTrace() };
    return { name, data, opts };
  }

  /** A kept failure would make BullMQ take a new job of the same id for a duplicate. */
  private async forgetFailed(queue: BullQueue, ids: readonly string[]): Promise<void> {
    if ((await queue.getFailedCount()) === 0) return;
    for (const id of ids) if ((await queue.getJobState(id)) === 'failed') await queue.remove(id);
  }

  private definition(name: NameOf<Table>): Table[string] {
    const definition = this.table[name];
    invariant(definition, `the job "${name}" is in the registry`);
    return definition;
  }

  private waitingMax(queue: string): number {
    return Math.min(...Object.values(this.table).flatMap((row) => (row.queue === queue ? row.waitingMax : [])));
  }

  private reach<Result>(name: NameOf<Table>, work: (queue: BullQueue) => Promise<Result>): Promise<Result> {
    const queue = this.open(this.definition(name).queue);
    return this.backend.reach(() => work(queue));
  }

  /** A queue that someone outside named. */
  private known(queueName: string): BullQueue {
    const queue = this.opened.get(queueName);
    if (queue) return queue;
    throw new AppError('queue.unknown', { status: 404, message: `There is no queue with this name. The queues are ${[...this.opened.keys()].join(', ')}.` });
  }

  private open(queueName: string): BullQueue {
    const existing = this.opened.get(queueName);
    if (existing) return existing;
    const queue = this.backend.queue(queueName);
    queue.on('error', quietly(this.logger, 'queue store failed', { queue: queueName }));
    this.opened.set(queueName, queue);
    return queue;
  }
}

async function longestWaitMsOf(queue: BullQueue): Promise<number> {
  // An empty queue, which most are, costs no more than its counts.
  const counts = await queue.getJobCounts('prioritized', 'delayed');
  const next = counts['prioritized'] ? await queue.getPrioritized(0, AHEAD_MAX - 1) : [];
  const later = counts['delayed'] ? await queue.getDelayed(0, AHEAD_MAX - 1) : [];
  // Clocks of two machines may differ: nobody has waited for less than no time.
  return Math.max(0, Date.now() - Math.min(Date.now(), ...[...next, ...later].map((job) => job.timestamp)));
}

async function countsOf(queue: BullQueue): Promise<JobCounts> {
  const counts = await queue.getJobCounts('waiting', 'prioritized', 'delayed', 'active', 'failed');
  const of = (state: string): number => counts[state] ?? 0;
  return { waiting: of('waiting') + of('prioritized') + of('delayed'), active: of('active'), failed: of('failed') };
}
