import pg from 'pg';

// A worker listens on a session of its own for each queue, and the rest share what remains.
const CONNECTIONS_MAX = 20;

/**
 * A pool for BullMQ's tables on a PostgreSQL server; they lie in a schema of their own beside Kontor's.
 *
 * @example const queue = await createJobQueue(jobs, { backend: 'postgres', pool: openQueuePool({ url }) });
 */
export function openQueuePool({ url }: { url: string }): pg.Pool & { close(): Promise<void> } {
  const pool = new pg.Pool({ connectionString: url, max: CONNECTIONS_MAX, options: '-c search_path=bullmq,public', keepAlive: true, application_name: 'kontor-queue' });
  // An idle session that the server ends is replaced at the next use; without a listener it would end the process.
  pool.on('error', () => undefined);
  return Object.assign(pool, { close: () => pool.end() });
}
