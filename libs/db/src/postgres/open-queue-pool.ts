import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import pg from 'pg';
import { AppError } from '@kontor/kernel';
import { storeError } from '../errors.js';

// A worker listens on a session of its own for each queue, and the rest share what remains.
const CONNECTIONS_MAX = 20;
const HEAR_MS_MAX = 3_000;

export interface QueuePoolSettings {
  url: string;
  connectTimeoutMs?: number | undefined;
}

/**
 * A pool for BullMQ's tables on a PostgreSQL server; they lie in a schema of their own beside Kontor's. Its sessions
 * listen, which no pooler in transaction mode can pass on: such an address is refused.
 *
 * @example const queue = await createJobQueue(jobs, { backend: 'postgres', pool: await openQueuePool({ url }) });
 */
export async function openQueuePool({ url, connectTimeoutMs = 10_000 }: QueuePoolSettings): Promise<pg.Pool & { close(): Promise<void> }> {
  const pool = new pg.Pool({
    connectionString: url,
    max: CONNECTIONS_MAX,
    keepAlive: true,
    application_name: 'kontor-queue',
    connectionTimeoutMillis: connectTimeoutMs,
    // Not as an option of the greeting, which poolers refuse.
    onConnect: async (client) => void (await client.query('SET search_path = bullmq, public')),
  });
  // An idle session that the server ends is replaced at the next use; without a listener it would end the process.
  pool.on('error', () => undefined);
  try {
    await assertHears(pool);
  } catch (error) {
    await pool.end();
    throw storeError(error);
  }
  return Object.assign(pool, { close: () => pool.end() });
}

async function assertHears(pool: pg.Pool): Promise<void> {
  const listener = await pool.connect();
  try {
    const channel = `kontor_${randomUUID().replaceAll('-', '')}`;
    await listener.query(`LISTEN ${channel}`);
    const heard = once(listener, 'notification', { signal: AbortSignal.timeout(HEAR_MS_MAX) });
    await Promise.all([heard, pool.query(`NOTIFY ${channel}`)]);
  } catch (cause) {
    if ((cause as Error).name !== 'AbortError') throw cause;
    throw new AppError('queue.cannot_listen', { message: 'The job queue on PostgreSQL needs sessions of its own, and this address leads to a pooler in transaction mode. Give it the address of the server itself, or use Redis for the queue.', cause });
  } finally {
    listener.release(true);
  }
}
