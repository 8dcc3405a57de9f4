import type { z } from 'zod';
import type { JobDefinition, QueueStatus } from '@kontor/contracts';
import { AppError } from '@kontor/kernel';

/** The registry: every job by name, `jobs` of @kontor/contracts in Kontor itself. */
export type JobTable = Readonly<Record<string, JobDefinition>>;
export type NameOf<Table extends JobTable> = keyof Table & string;
export type DataOf<Table extends JobTable, Name extends NameOf<Table>> = z.infer<Table[Name]['data']>;

export interface JobContext {
  id: string;
  /** 1 for the first. */
  attempt: number;
  attemptsMax: number;
  /** How often a worker began this attempt and did not come to its end, because it died or handed it over: something may have been done. */
  begunBefore: number;
  /** Aborted when the time is up, the process closes, or another worker took the job over. Pass it on. */
  signal: AbortSignal;
}

/**
 * Thrown by a handler whose process closes before anything of the job was seen or done: another worker takes it up, even one
 * that is never run twice, and it costs no attempt. At any other time it is a failure like every other.
 */
export const untouched = (): AppError => new AppError(UNTOUCHED, { retry: 'later', message: 'Kontor was shut down before anything of this was done.' });
export const UNTOUCHED = 'job.untouched';
/** The reason of `signal` when the process closes. */
export const INTERRUPTED = 'job.interrupted';

/** The one that runs a job. It may run twice for the same job, so it must be idempotent. */
export type JobHandler<Table extends JobTable> = {
  [Name in NameOf<Table>]: {
    job: Name;
    run(data: DataOf<Table, Name>, context: JobContext): Promise<void>;
    /**
     * Asked when the worker of a job died under it, before another one is free for it: with an error it is taken from
     * the queue, and `failed` is told, so that whoever waits need not wait for that.
     */
    abandons?(data: DataOf<Table, Name>): Promise<AppError | null>;
    /** Told when the job has failed for good, whatever the reason; it may be told twice. */
    failed?(data: DataOf<Table, Name>, error: AppError): Promise<void>;
  };
}[NameOf<Table>];

export interface EnqueueOptions {
  /**
   * Names the work, letters first: while a job of this id waits or runs, a second one is not added.
   * A failed one is replaced.
   */
  id: string;
  /** Lower comes earlier; equal ones in the order of arrival. */
  priority?: number;
}
export interface JobToAdd<Data> extends EnqueueOptions {
  data: Data;
}

export type JobState = 'waiting' | 'active' | 'failed' | 'absent';
export interface JobCounts {
  /** Those that wait for another attempt included. */
  waiting: number;
  active: number;
  failed: number;
}
/** How full the queue of a job is; its limit is the smallest that a job of the queue asks for. */
export interface Room {
  waiting: number;
  active: number;
  waitingMax: number;
}

/** A job that failed for good. */
export interface DeadLetter {
  id: string;
  /** May be one that this version does not know. */
  job: string;
  /** `code: message` of the error. */
  reason: string;
  attempts: number;
  /** By the clock of the worker. */
  failedAt: Date;
}

/**
 * The jobs of a queue that failed for good, by the name of the queue: what lies there may be of a job that this version
 * does not know. An unknown queue is an AppError `queue.unknown`.
 */
export interface DeadLetters {
  /** The latest first. */
  list(queue: string, limit: number): Promise<DeadLetter[]>;
  /** Runs a job again, with all its attempts. @returns false where no such job failed */
  replay(queue: string, id: string): Promise<boolean>;
  /** @returns how many run again */
  replayAll(queue: string): Promise<number>;
  /** Forgets a job. @returns false where no such job failed */
  discard(queue: string, id: string): Promise<boolean>;
  /** @returns how many are forgotten */
  discardAll(queue: string): Promise<number>;
}

export interface WorkerOptions {
  /** The queues to serve; by default all. */
  queues?: readonly string[];
  /** Jobs at a time by queue, where it is not what the registry says. */
  concurrency?: Readonly<Record<string, number>>;
}
export interface Workers {
  /** @throws AppError `job.worker_stopped` where a worker takes no more jobs though nobody closed it; only a restart helps */
  health(): void;
  /** Takes no more jobs, waits `drainMs` for those under way, then aborts their signal. */
  close(drainMs?: number): Promise<void>;
}

/** Jobs that outlive the process. Delivery is at least once. */
export interface JobQueue<Table extends JobTable> {
  enqueue<Name extends NameOf<Table>>(name: Name, data: DataOf<Table, Name>, options: EnqueueOptions): Promise<void>;
  enqueueMany<Name extends NameOf<Table>>(name: Name, jobs: readonly JobToAdd<DataOf<Table, Name>>[]): Promise<void>;
  /** @throws AppError `job.handlers` unless each job of the served queues has exactly one handler */
  startWorkers(handlers: readonly JobHandler<Table>[], options?: WorkerOptions): Promise<Workers>;
  state(name: NameOf<Table>, id: string): Promise<JobState>;
  /** How many jobs come before this one, those under way included; null where it does not wait. */
  ahead(name: NameOf<Table>, id: string): Promise<number | null>;
  /** How many jobs would come before one that was added now with this priority. */
  aheadOf(name: NameOf<Table>, priority: number): Promise<number>;
  counts(name: NameOf<Table>): Promise<JobCounts>;
  /** How full the queue of this job is: whoever takes in work from outside asks before anything is stored. */
  room(name: NameOf<Table>): Promise<Room>;
  queues(): Promise<QueueStatus[]>;
  /**
   * How long the job that waits longest has waited, since it was first added, by queue; 0 where none waits. Of a long
   * queue it looks at the next thousand, among which it is unless later ones of a lower priority were passed over.
   */
  longestWaitsMs(): Promise<Record<string, number>>;
  readonly deadLetters: DeadLetters;
  /** Takes a job out that has not begun. @returns false where it has, or is not there */
  withdraw(name: NameOf<Table>, id: string): Promise<boolean>;
  /** Whether a job could be added now, and whether the workers of this process still take them. @throws AppError that says what is wrong */
  health(): Promise<void>;
  close(): Promise<void>;
}
