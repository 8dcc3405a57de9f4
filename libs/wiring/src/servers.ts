import type { Jobs } from '@kontor/contracts';
import type { Database } from '@kontor/db';
import type { ServiceParts } from '@kontor/http';
import { AppError } from '@kontor/kernel';
import { RedisTokenStream, type JobQueue, type RedisServer, type TokenStream } from '@kontor/queue';
import { openDatabase } from './database.js';
import { openQueue, openRedisOf } from './queue.js';

/** What a service that takes part in answers shares with the others. */
export interface Servers {
  database: Database;
  queue: JobQueue<Jobs>;
  stream: TokenStream;
  redis: RedisServer;
}

/**
 * Opens database, queue and token stream of the services shape.
 *
 * @example const { database, queue, stream } = await openServers(parts);
 * @throws AppError `service.database_missing`, `service.redis_missing`, and what the adapters refuse
 */
export async function openServers(parts: ServiceParts, waitMs?: number): Promise<Servers> {
  const database = await openDatabase(parts);
  const redis = await openRedisOf(parts, waitMs);
  if (!redis) throw new AppError('service.redis_missing', { message: 'Answers reach the reader through Redis: set KONTOR_REDIS_URL. Without one, run all services in one process: npm start.' });
  const queue = await openQueue(parts, redis);
  const stream = parts.opened.add(new RedisTokenStream(redis));
  parts.health.register('stream', 'readiness', () => stream.health());
  return { database, queue, stream, redis };
}
