import { postgresBackend, type QueuePool } from './bullmq/backend.js';
import { type BullmqOptions, BullmqJobQueue } from './bullmq/bullmq-job-queue.js';
import { redisBackend } from './bullmq/redis-backend.js';
import type { RedisServer } from '../redis/open-redis.js';
import type { JobQueue, JobTable } from './job-queue.js';

/** Where jobs are kept. `exclusive` says that no other process uses this store, so a start takes up what a dead one left. */
export type JobQueueOptions = (BullmqOptions & { backend: 'postgres'; pool: QueuePool }) | (Omit<BullmqOptions, 'exclusive'> & { backend: 'redis'; redis: RedisServer });

/**
 * Opens the job queue and brings its tables up to date.
 *
 * @example
 * const queue = await createJobQueue(jobs, { backend: 'postgres', pool, exclusive: true, logger });
 * const workers = await queue.startWorkers([{ job: 'answer.generate', run: (data, { signal }) => answers.generate(data, signal) }]);
 * await queue.enqueue('answer.generate', { tenant, person, messageId }, { id: `answer-${messageId}` });
 */
export async function createJobQueue<Table extends JobTable>(table: Table, options: JobQueueOptions): Promise<JobQueue<Table>> {
  const backend = options.backend === 'redis' ? redisBackend(options.redis) : await postgresBackend(options.pool);
  return new BullmqJobQueue(table, backend, options);
}
