import { EventEmitter } from 'node:events';
import { createPostgresBackend, type Job, type PgPool, type Processor, runMigrations, withBackend, type WorkerOptions } from 'bullmq';

/** What BullMQ needs of a `pg` pool. Its `search_path` must begin with the schema `bullmq`. */
export type QueuePool = PgPool;
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
  if (pool instanceof EventEmitter) pool.setMaxListeners(0);
  const client = await pool.connect();
  try {
    await runMigrations(client);
  } finally {
    client.release();
  }
  const { Queue, Worker } = withBackend(createPostgresBackend);
  return {
    queue: (name) => new Queue(name, { connection: pool, streams: { events: { maxLen: EVENTS_MAX } } }) as unknown as BullQueue,
    worker: (name, processor, options) => new Worker<unknown, void>(name, processor, { ...options, connection: pool }) as unknown as BullWorker,
  };
}
