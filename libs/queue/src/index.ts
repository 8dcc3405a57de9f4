export type { QueuePool } from './jobs/bullmq/backend.js';
export { createJobQueue, type JobQueueOptions } from './jobs/create-job-queue.js';
export type * from './jobs/job-queue.js';
export { openRedis, type RedisServer, type RedisSetting } from './redis/open-redis.js';
export { MemoryTokenStream, type MemoryTokenStreamLimits } from './stream/memory-token-stream.js';
export { RedisTokenStream } from './stream/redis/redis-token-stream.js';
export type { StreamEntry, TokenStream } from './stream/token-stream.js';
export { Handles } from './nest/handles.js';
export { JobsModule } from './nest/jobs.module.js';
