import { setTimeout as pause } from 'node:timers/promises';
import { DelayedError, WaitingError } from 'bullmq';
import { AppError, invariant } from '@kontor/kernel';
import { failActiveSpan, inTrace, type Logger, observe, type OpenSpan, withCorrelation } from '@kontor/observability';
import { UNTOUCHED, type JobContext, type JobHandler, type JobTable } from '../job-queue.js';
import { runWithin } from '../run-within.js';
import type { BullJob, BullQueue } from './backend.js';
import type { Claim } from './claim.js';
import { isFinal, stalled, toBullError } from './failure.js';
import { traceOf } from './job-trace.js';

/** A handler whose payload type was proved by parsing. */
interface AnyHandler {
  run(data: unknown, context: JobContext): Promise<void>;
  abandons?(data: unknown): Promise<AppError | null>;
  failed?(data: unknown, error: AppError): Promise<void>;
}

/** How an attempt ended that did not do its work; `taken`: another worker does it, or will. */
type Failure = 'failed' | 'retried' | 'handed_over' | 'taken';

/** In all no longer than a server takes to come back by itself; who looks for lost work comes after that. */
const TOLD_AGAIN_AFTER_MS = [250, 500, 1_000, 2_000, 4_000, 8_000];

/** How often this attempt was begun and came to no end. */
const begunBefore = (job: BullJob): number => Math.max(0, job.attemptsStarted - job.attemptsMade - 1);

/** How often its worker died since it was added or replayed: BullMQ's own count outlives a replay. */
const deathsOf = (job: BullJob): number => Math.min(job.stalledCounter, begunBefore(job));

/** Takes one job from BullMQ to its handler and its end back to BullMQ. */
export class JobRunner<Table extends JobTable> {
  /** Jobs whose final failure the handler was told before BullMQ recorded it. */
  private readonly told = new Set<string>();

  constructor(
    private readonly table: Table,
    private readonly handlers: readonly JobHandler<Table>[],
    private readonly closing: AbortSignal,
    private readonly logger: Logger,
  ) {}

  run(job: BullJob, token: string | undefined, claim: Claim): Promise<void> {
    const id = job.id ?? '';
    const definition = this.table[job.name];
    const work = (span: OpenSpan): Promise<void> => this.runTraced(job, id, token, claim, span).finally(() => claim.release());
    return withCorrelation(id, () => inTrace(`process ${definition?.queue ?? 'unknown'}`, traceOf(job, definition), work));
  }

  private async runTraced(job: BullJob, id: string, token: string | undefined, claim: Claim, span: OpenSpan): Promise<void> {
    const startedAt = performance.now();
    try {
      await this.attempt(job, id, claim.lost);
      this.logger.debug({ job: job.name, id, durationMs: Math.round(performance.now() - startedAt) }, 'job finished');
      this.measure(job, 'done', startedAt, span);
    } catch (thrown) {
      failActiveSpan(thrown);
      const outcome = (await claim.holds()) ? this.outcomeOf(job, thrown) : 'taken';
      this.measure(job, outcome, startedAt, span);
      await this.fail(job, token, thrown, outcome);
    }
  }

  /** Tells the handler of a failure that BullMQ found without running the job: its worker had died too often. */
  async foundFailed(job: BullJob, error: AppError): Promise<void> {
    if (this.told.delete(job.id ?? '')) return;
    await this.tell(job, error);
  }

  /** Whose worker died waits for another one; where none may go on with it, that is told at once. */
  async foundStalled(queue: BullQueue, id: string): Promise<void> {
    const job = (await queue.getJob(id)) as BullJob | undefined;
    const data = job && this.table[job.name]?.data.safeParse(job.data);
    if (!job || !data?.success) return;
    this.logger.warn({ job: job.name, id }, 'the worker of a job died');
    const error = (await this.handlerOf(job.name).abandons?.(data.data)) ?? null;
    // A worker that took it up in between holds it and decides by itself.
    if (!error || (await queue.remove(id)) !== 1) return;
    if (!(await this.tell(job, error))) await this.tellAgain(job, error);
  }

  private async attempt(job: BullJob, id: string, lost: AbortSignal): Promise<void> {
    const definition = this.table[job.name];
    if (!definition) throw new AppError('job.unknown', { message: `There is no job named "${job.name}" in this version of Kontor.` });
    if (deathsOf(job) > definition.stalledMax) throw stalled();
    const data = definition.data.safeParse(job.data);
    if (!data.success) throw new AppError('job.invalid_payload', { message: `The payload does not fit the job "${job.name}": ${data.error.issues[0]?.path.join('.') ?? ''}` });
    const context = { id, attempt: job.attemptsMade + 1, attemptsMax: definition.attempts, begunBefore: begunBefore(job) };
    const limits = { timeoutMs: definition.timeoutMs, signals: [this.closing, lost] };
    await runWithin(limits, (signal) => this.handlerOf(job.name).run(data.data, { ...context, signal }));
  }

  private outcomeOf(job: BullJob, thrown: unknown): Failure {
    if (this.closing.aborted && thrown instanceof AppError && thrown.code === UNTOUCHED) return 'handed_over';
    const interrupted = this.closing.aborted && thrown === this.closing.reason;
    // Its work is not lost with this process: the next one takes it up, and it costs no attempt.
    if (interrupted && this.redelivers(job)) return 'handed_over';
    return interrupted || isFinal(thrown, job.attemptsMade + 1, job.opts.attempts ?? 1) ? 'failed' : 'retried';
  }

  private redelivers(job: BullJob): boolean {
    const definition = this.table[job.name];
    return definition !== undefined && definition.stalledMax > 0 && !definition.untouchedOnly;
  }

  private measure(job: BullJob, outcome: 'done' | Failure, startedAt: number, span: OpenSpan): void {
    span.annotate({ 'kontor.job.outcome': outcome });
    // Whatever lies in the store may have any name; a metric must not grow with it.
    observe('kontor_job_seconds', { name: this.table[job.name] ? job.name : 'unknown', outcome }, (performance.now() - startedAt) / 1_000);
  }

  private async fail(job: BullJob, token: string | undefined, thrown: unknown, outcome: Failure): Promise<never> {
    if (outcome === 'handed_over') {
      await job.moveToWait(token);
      throw new WaitingError();
    }
    // Whose job it is now tells how it ends. BullMQ is to do no more than to take the next one.
    if (outcome === 'taken') {
      this.logger.warn({ job: job.name, id: job.id, err: thrown }, 'another worker may have the job; this one leaves it');
      throw new WaitingError();
    }
    const [id, attempt, final] = [job.id ?? '', job.attemptsMade + 1, outcome === 'failed'];
    this.logger.warn({ job: job.name, id, attempt, final, err: thrown }, 'job failed');
    if (final) {
      this.told.add(id);
      const error = AppError.from(thrown);
      if (!(await this.tell(job, error))) await (this.redelivers(job) ? this.comeAgain(job, id, token) : this.tellAgain(job, error));
    }
    throw toBullError(thrown, final);
  }

  /** Where even the failure could not be noted, because a server is away, the job comes again rather than end without a word. */
  private async comeAgain(job: BullJob, id: string, token: string | undefined): Promise<never> {
    this.told.delete(id);
    await job.moveToDelayed(Date.now() + (this.table[job.name]?.backoffMs ?? 0), token);
    throw new DelayedError();
  }

  /** What must not run twice cannot come again; but whoever waits for it shall hear of its end as soon as a server is back. */
  private async tellAgain(job: BullJob, error: AppError): Promise<void> {
    for (const pauseMs of TOLD_AGAIN_AFTER_MS) {
      await pause(pauseMs, undefined, { signal: this.closing }).catch(() => undefined);
      if (this.closing.aborted || (await this.tell(job, error))) return;
    }
  }

  /** @returns false where the handler could not take note */
  private async tell(job: BullJob, error: AppError): Promise<boolean> {
    const data = this.table[job.name]?.data.safeParse(job.data);
    if (!data?.success) return true;
    try {
      await this.handlerOf(job.name).failed?.(data.data, error);
      return true;
    } catch (thrown) {
      // The job has failed either way; a second failure here must not hide the first.
      this.logger.error({ job: job.name, id: job.id, err: thrown }, 'handler could not take note of a failed job');
      return false;
    }
  }

  private handlerOf(name: string): AnyHandler {
    const handler = this.handlers.find((candidate) => candidate.job === name);
    invariant(handler, `the job "${name}" has a handler`);
    return handler as AnyHandler;
  }
}
