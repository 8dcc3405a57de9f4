import { imports } from '@kontor/db';
import { AppError } from '@kontor/kernel';
import { embedRun } from '../documents/settle.js';
import { folderJobId } from '../imports/begin-or-leave.js';
import { documentJobId, enqueueDocument, isKept } from '../imports/enqueue-document.js';
import type { IngestionPorts } from '../ports.js';

/** Of so many waiting files it is asked whether their jobs are there: of few all, of many those that come next. */
const ASKED_MAX = 50;
const NOWHERE = 'The files of this import were not kept by the version of Kontor that began it. Import them again. (import.lost)';

/**
 * Queues what runs wait for of which nothing has moved for so long: the process that recorded the run died before it queued
 * that, or the queue lost it, or a failure could not be noted. Every job has the id that it had before, so for what is
 * queued or under way already nothing happens; one that failed without a word runs again.
 */
export async function resumeRuns(ports: IngestionPorts, quietMs: number, signal?: AbortSignal): Promise<void> {
  const { tenant, logger } = ports;
  let failure: unknown;
  for (const run of await ports.database.worker(tenant, (tx) => imports.takeQuietRuns(tx, quietMs))) {
    if (signal?.aborted) return;
    // One that cannot be resumed must not keep the others waiting.
    await resumeRun(ports, run, signal).catch((thrown: unknown) => (failure = thrown));
  }
  if (failure === undefined) return;
  logger.warn({ code: AppError.from(failure).code }, 'an open import was not resumed');
}

async function resumeRun(ports: IngestionPorts, { id: runId, corpusId, state, directory }: imports.OpenRun, signal?: AbortSignal): Promise<void> {
  const { tenant } = ports;
  const run = { tenant, runId, corpusId };
  if (state === 'embedding') return embedRun(ports, run);
  const waiting = await ports.database.worker(tenant, (tx) => imports.waitingFiles(tx, runId));
  if (state === 'scanning' || !waiting.every(isKept)) {
    // The folder's job goes on where it was broken off.
    if (directory !== null) return void (await ports.enqueue('folder.import', { ...run, directory }, { id: folderJobId(runId) }));
    return ports.database.worker(tenant, (tx) => imports.setRunState(tx, runId, 'failed', NOWHERE));
  }
  if (waiting.length === 0) return embedRun(ports, run);
  if (await areQueued(ports, runId, waiting)) return;
  for (const file of waiting) {
    if (signal?.aborted) return;
    await enqueueDocument(ports, run, file);
  }
}

/** The files come in the order in which they were queued, so where the next ones are there the others are behind them. */
async function areQueued({ queue }: IngestionPorts, runId: string, waiting: readonly imports.KeptFile[]): Promise<boolean> {
  for (const { path } of waiting.slice(0, ASKED_MAX)) {
    const state = await queue.state('document.ingest', documentJobId(runId, path));
    if (state !== 'waiting' && state !== 'active') return false;
  }
  return true;
}
