import { imports, type WorkerTx } from '@kontor/db';
import { embedRun } from '../documents/settle.js';
import { enqueueDocument } from '../imports/enqueue-document.js';
import type { IngestionPorts } from '../ports.js';

/**
 * Queues what a run waits for, where the process that recorded the run died before it queued that. Every job has the id
 * that it had before, so for what is queued or under way already nothing happens.
 */
export async function resumeRuns(ports: IngestionPorts): Promise<void> {
  const { tenant } = ports;
  const worker = <T>(work: (tx: WorkerTx) => Promise<T>): Promise<T> => ports.database.worker(tenant, work);
  for (const { id: runId, corpusId, state, directory } of await worker((tx) => imports.openRuns(tx))) {
    const run = { tenant, runId, corpusId };
    if (state === 'scanning' && directory !== null) await ports.enqueue('folder.import', { ...run, directory }, { id: `folder-${runId}` });
    if (state === 'parsing') await resumeParsing(ports, run);
    if (state === 'embedding') await embedRun(ports, run);
  }
}

/** Files of a folder are queued by the folder's job, which comes again by itself. */
async function resumeParsing(ports: IngestionPorts, run: { tenant: string; runId: string; corpusId: string }): Promise<void> {
  const { uploads, waiting } = await ports.database.worker(run.tenant, async (tx) => ({ uploads: await imports.waitingUploads(tx, run.runId), waiting: await imports.waitingPaths(tx, run.runId) }));
  for (const file of uploads) await enqueueDocument(ports, run, file);
  if (waiting.length === 0) await embedRun(ports, run);
}
