import type { EventEmitter } from 'node:events';
import { createPostgresBackend, type Job, type PgPool, type Processor, runMigrations, withBackend, type WorkerOptions } from 'bullmq';

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

/** Queues and workers over one store. Another store is another function like `postgresBackend`. */
export interface Backend {
  queue(name: string): BullQueue;
  worker(name: string, processor: Processor<unknown, void>, options: Omit<WorkerOptions, 'connection'>): BullWorker;
}

/** Nobody reads BullMQ's event log; a short one keeps the store small. */
const EVENTS_MAX = 100;

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
    queue: (name) => new Queue(name, { connection, streams: { events: { maxLen: EVENTS_MAX } } }) as unknown as BullQueue,
    worker: (name, processor, options) => new Worker<unknown, void>(name, processor, { ...options, connection }) as unknown as BullWorker,
  };
}
