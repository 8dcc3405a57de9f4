import { Redis, type RedisOptions } from 'ioredis';
import { AppError } from '@kontor/kernel';
import { type Logger, silentLogger } from '@kontor/observability';
import { examineRedis } from './examine-redis.js';
import { quietly } from './quietly.js';
import { isUnreachable, toRedisProblem } from './redis-problem.js';

/** How long a call waits for a server that does not answer. */
const WAIT_MS = 5_000;
const CONNECT_TIMEOUT_MS = 3_000;
const RECONNECT_MS_MAX = 1_000;
/** Longer than any command waits at the server, so that only a dead connection is this silent. */
const SILENCE_MS_MAX = 20_000;
/** The probe of `health` leaves no more than one short-lived key. */
const PROBE_TTL_MS = 60_000;

export interface RedisSetting {
  /** `redis://account:password@host:6379/0`, or `rediss://` for TLS. */
  url: string;
  /** Begins every key, so that two Kontors may share a server. */
  prefix?: string;
  /** A worker may be more patient than an API, where a person waits. */
  waitMs?: number;
  logger?: Logger;
}

/** A server that passed the checks, and its connections. */
export interface RedisServer {
  readonly prefix: string;
  readonly waitMs: number;
  readonly logger: Logger;
  /** What an operator should know though it stops nothing. */
  readonly notices: readonly string[];
  /** `calls` fail when the server does not answer; `waiting` keep trying, for those who wait for work or words anyway. */
  connect(kind: 'calls' | 'waiting'): Redis;
  /** Whether it answers and takes something new. @throws AppError */
  health(): Promise<void>;
  close(): Promise<void>;
}

const PATIENCE: Record<'calls' | 'waiting', (waitMs: number) => RedisOptions> = {
  calls: (waitMs) => ({ maxRetriesPerRequest: 1, commandTimeout: waitMs }),
  waiting: () => ({ maxRetriesPerRequest: null, socketTimeout: SILENCE_MS_MAX }),
};

/** Host and port without account and password, for messages. */
function placeOf(url: string): string {
  const { hostname, port } = new URL(url);
  return `${hostname}:${port || '6379'}`;
}

function create(url: string, options: RedisOptions): Redis {
  const retryStrategy = (attempt: number): number => Math.min(100 * attempt, RECONNECT_MS_MAX) + Math.random() * 100;
  return new Redis(url, { protocol: 2, connectTimeout: CONNECT_TIMEOUT_MS, connectionName: 'kontor', retryStrategy, ...options });
}

/** Asks the server on a connection of its own, which does not try again. */
async function examine(url: string): Promise<string[]> {
  const connection = create(url, { lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null, commandTimeout: CONNECT_TIMEOUT_MS });
  let refused: unknown;
  connection.on('error', (error) => (refused = error));
  try {
    await connection.connect();
    const [info, save] = await Promise.all([connection.info(), connection.config('GET', 'save').catch(() => null)]);
    return examineRedis(info, Array.isArray(save) ? String(save[1] ?? '') : null);
  } catch (thrown) {
    // The connection's own error tells more than that it is closed now.
    const problem = toRedisProblem(refused ?? thrown);
    if (!isUnreachable(problem)) throw problem;
    const reason = refused instanceof Error && 'code' in refused ? String(refused.code) : 'no answer';
    throw new AppError('redis.unreachable', { status: 503, retry: 'later', message: `Redis at ${placeOf(url)} cannot be reached (${reason}). Start it, or correct KONTOR_REDIS_URL.`, details: { reason } });
  } finally {
    connection.disconnect();
  }
}

/**
 * Opens a Redis or Valkey server for queues and streams, after the checks that it keeps what it is given.
 *
 * @example
 * const redis = opened.add(await openRedis({ url: config.services.redisUrl.reveal(), prefix: config.services.redisPrefix, logger }));
 * const queue = opened.add(await createJobQueue(jobs, { backend: 'redis', redis, logger }));
 * const stream = opened.add(new RedisTokenStream(redis));
 * @throws AppError `redis.unreachable`, `redis.wrong_password`, `redis.too_old`, `redis.eviction` and their like
 */
export async function openRedis({ url, prefix = 'kontor', waitMs = WAIT_MS, logger = silentLogger }: RedisSetting): Promise<RedisServer> {
  const notices = await examine(url);
  const connections = new Set<Redis>();
  const connect = (kind: 'calls' | 'waiting'): Redis => {
    const connection = create(url, PATIENCE[kind](waitMs));
    connection.on('error', quietly(logger, 'connection to Redis failed'));
    connections.add(connection);
    return connection;
  };
  const probe = connect('calls');
  return {
    prefix, waitMs, logger, notices, connect,
    // A server that is full, read-only or cannot write to its disk still answers a PING, and takes no job.
    health: async () => {
      await probe.set(`${prefix}:health`, '1', 'PX', PROBE_TTL_MS).catch((thrown: unknown) => Promise.reject(toRedisProblem(thrown) as Error));
    },
    close: async () => {
      for (const connection of connections) connection.disconnect();
      await Promise.resolve();
    },
  };
}
