import { UnrecoverableError } from 'bullmq';
import type { Logger } from '@kontor/observability';
import type { JobTable } from '../job-queue.js';
import type { BullJob, BullQueue } from './backend.js';
import { stalled } from './failure.js';

/** BullMQ's word for "whoever holds the lock". */
const ANY_TOKEN = '0';

/**
 * Takes up what a process that died left behind, without waiting for its locks to run out. Only for a store that
 * no other process uses.
 *
 * @returns the jobs that failed because their processes died too often
 */
export async function recoverOrphans(queue: BullQueue, table: JobTable, logger: Logger): Promise<BullJob[]> {
  const lost: BullJob[] = [];
  for (const job of (await queue.getActive()) as BullJob[]) {
    const deaths = job.attemptsStarted - job.attemptsMade;
    if (deaths > (table[job.name]?.stalledMax ?? 0)) {
      const error = stalled();
      await job.moveToFailed(new UnrecoverableError(`${error.code}: ${error.message}`), ANY_TOKEN);
      lost.push(job);
    } else {
      await job.moveToWait(ANY_TOKEN);
    }
    logger.warn({ job: job.name, id: job.id, deaths }, 'found a job whose process had died');
  }
  return lost;
}
