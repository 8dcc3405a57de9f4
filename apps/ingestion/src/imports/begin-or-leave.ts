import { imports } from '@kontor/db';
import { AppError } from '@kontor/kernel';
import type { IngestionPorts } from '../ports.js';

export const folderJobId = (runId: string): string => `folder-${runId}`;

/**
 * Queues the first jobs of a run that is recorded. Where the queue is away the import is taken nevertheless: the upkeep
 * begins it once the queue is back, and whoever asked again would only make a second one. What no waiting mends ends it.
 */
export async function beginOrLeave({ database, tenant, logger }: IngestionPorts, runId: string, enqueue: () => Promise<unknown>): Promise<void> {
  try {
    await enqueue();
  } catch (thrown) {
    const error = AppError.from(thrown);
    if (error.retry === 'later') return logger.warn({ code: error.code, runId }, 'an import begins once the queue is back');
    await database.worker(tenant, (tx) => imports.setRunState(tx, runId, 'failed', `${error.message} (${error.code})`));
    throw error;
  }
}
