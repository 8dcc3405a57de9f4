import type { JobTable } from '../jobs/job-queue.js';
import type { RedisServer } from '../redis/open-redis.js';

export interface QueueBoardOptions {
  /** Whether it shows whole payloads and reasons, names of files and people included. */
  text?: boolean;
}

/** A page that shows the queues, to be put behind whatever lets administrators in. It changes nothing. */
export interface QueueBoard {
  /** The page as HTML, which asks for everything else below `base`. */
  page(base: string): string;
  /** Where a file of the page lies; undefined where it has none of this name. */
  file(path: string): string | undefined;
  /** What the page asks for, such as `/api/queues`; undefined where there is no such address. */
  read(path: string, query: Record<string, unknown>): Promise<{ status: number; body: unknown } | undefined>;
  close(): Promise<void>;
}

/**
 * Opens the board over the queues in Redis. Only whoever opens one loads its packages.
 *
 * @example const board = opened.add(await openQueueBoard(jobs, redis));
 */
export async function openQueueBoard<Table extends JobTable>(table: Table, redis: RedisServer, options: QueueBoardOptions = {}): Promise<QueueBoard> {
  const { queueBoard } = await import('./queue-board.js');
  return queueBoard(table, redis, options);
}
