import type { EventEmitter } from 'node:events';
import { createPostgresBackend, type Job, type PgPool, type Processor, runMigrations, withBackend, type WorkerOptions } from 'bullmq';
import { AppError } from '@kontor/kernel';

interface Queryable {
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[]; rowCount?: number | null }>;
}

/**
 * What BullMQ needs of a `pg` pool: BIGINT and NUMERIC come as text, a client emits `notification` for what it
 * LISTENs to (BullMQ's statements begin with a comment), and the `search_path` begins with the schema `bullmq`.
 */
export interface QueuePool extends EventEmitter, Queryable {
  connect(): Promise<EventEmitter & Queryable & { release(destroy?: boolean): void }>;
  end(): Promise<void>;
}
export type BullJob = Job<unknown, void>;
type Classes = ReturnType<typeof withBackend>;
export type BullQueue = InstanceType<Classes['Queue']>;
export type BullWorker = InstanceType<Classes['Worker']>;

/** How a worker holds the job that it runs, and how soon the death of one is noticed. */
export interface Lock {
  /** Without being renewed. */
  lastsMs: number;
  renewedEveryMs: number;
  /** How often others look for one that ran out. */
  checkedEveryMs: number;
}

/** Queues and workers over one store. Another store is another function like `postgresBackend`. */
export interface Backend {
  queue(name: string): BullQueue;
  worker(name: string, processor: Processor<unknown, void>, options: Omit<WorkerOptions, 'connection'>): BullWorker;
  /** `awaited`: whether a person waits for the jobs of the queue. */
  lock(awaited: boolean): Lock;
  /** Calls the store, again where that may help; says in Kontor's words why it could not. */
  reach<Result>(work: () => Promise<Result>): Promise<Result>;
  /** @throws AppError where no job could be added now */
  health(): Promise<void>;
  close(): Promise<void>;
}

/** Nobody reads BullMQ's event log; a short one keeps the store small. */
export const EVENTS_MAX = 100;

// Long, because the renewal shares the event loop with the database, tokenising and large JSON; what a dead process left is
// found when the next one starts.
const LOCK: Lock = { lastsMs: 120_000, renewedEveryMs: 30_000, checkedEveryMs: 30_000 };

/** Brings BullMQ's tables up to date and hands out its classes over this pool. */
export async function postgresBackend(pool: QueuePool): Promise<Backend> {
  // Each queue and each worker listens for the pool's errors, and there are more than Node expects.
  pool.setMaxListeners(0);
  // BullMQ types the rows of each query, which no pool can prove.
  const connection = pool as unknown as PgPool;
  const client = await connection.connect();
  try {
    await runMigrations(client);
  } finally {
    client.release();
  }
  const { Queue, Worker } = withBackend(createPostgresBackend);
  return {
    lock: () => LOCK,
    queue: (name) => new Queue(name, { connection, streams: { events: { maxLen: EVENTS_MAX } } }) as unknown as BullQueue,
    worker: (name, processor, options) => new Worker<unknown, void>(name, processor, { ...options, connection }) as unknown as BullWorker,
    reach: (work) => work(),
    health: async () => {
      await pool.query('SELECT 1').catch((cause: unknown) => {
        throw new AppError('queue.unreachable', { status: 503, retry: 'later', message: 'The queue cannot be reached at the moment. Nothing was lost; try again shortly.', cause });
      });
    },
    // The pool is its owner's.
    close: () => Promise.resolve(),
  };
}
