import { jobs, type Jobs } from '@kontor/contracts';
import { openQueuePool } from '@kontor/db';
import type { ServiceParts } from '@kontor/http';
import { createJobQueue, openRedis, type JobQueue, type RedisServer } from '@kontor/queue';
import { databaseUrl } from './database.js';

/** The Redis of queues and streams; undefined where none is named. */
export async function openRedisOf({ config, logger, health, opened }: ServiceParts): Promise<RedisServer | undefined> {
  const { redisUrl: url, redisPrefix: prefix } = config.services;
  if (url === undefined) return undefined;
  const redis = opened.add(await openRedis({ url, prefix, logger }));
  for (const notice of redis.notices) logger.warn(notice);
  health.register('redis', 'readiness', () => redis.health());
  return redis;
}

/** Jobs on Redis, or beside the data on PostgreSQL where there is no Redis. */
export async function openQueue({ config, logger, opened }: ServiceParts, redis: RedisServer | undefined): Promise<JobQueue<Jobs>> {
  if (redis) return opened.add(await createJobQueue(jobs, { backend: 'redis', redis, logger }));
  return opened.add(await createJobQueue(jobs, { backend: 'postgres', pool: opened.add(await openQueuePool({ url: databaseUrl(config), connectTimeoutMs: config.database.connectTimeoutMs })), logger }));
}
