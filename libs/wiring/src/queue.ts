import { jobs, type Jobs } from '@kontor/contracts';
import { openQueuePool } from '@kontor/db';
import type { ServiceParts } from '@kontor/http';
import { createJobQueue, openRedis, type JobQueue, type RedisServer } from '@kontor/queue';
import { databaseUrl } from './database.js';

/** The Redis of queues and streams; undefined where none is named. `waitMs`: how long a call bears with a server that is away. */
export async function openRedisOf({ config, logger, health, opened }: ServiceParts, waitMs?: number): Promise<RedisServer | undefined> {
  const { redisUrl: url, redisPrefix: prefix } = config.services;
  if (url === undefined) return undefined;
  const redis = opened.add(await openRedis({ url: url.reveal(), prefix, logger, ...(waitMs === undefined ? {} : { waitMs }) }));
  for (const notice of redis.notices) logger.warn(notice);
  health.register('redis', 'readiness', () => redis.health());
  return redis;
}

/** Jobs on Redis, or beside the data on PostgreSQL where there is no Redis. */
export async function openQueue(parts: ServiceParts, redis: RedisServer | undefined): Promise<JobQueue<Jobs>> {
  const queue = redis ? await createJobQueue(jobs, { backend: 'redis', redis, logger: parts.logger }) : await onPostgres(parts);
  parts.opened.add(queue);
  parts.health.register('queue', 'readiness', () => queue.health());
  return queue;
}

async function onPostgres({ config, logger, opened }: ServiceParts): Promise<JobQueue<Jobs>> {
  return createJobQueue(jobs, { backend: 'postgres', pool: opened.add(await openQueuePool({ url: databaseUrl(config), connectTimeoutMs: config.database.connectTimeoutMs })), logger });
}
