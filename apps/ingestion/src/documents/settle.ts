import type { JobData } from '@kontor/contracts';
import { imports } from '@kontor/db';
import { newId, type AppError } from '@kontor/kernel';
import { count } from '@kontor/observability';
import type { IngestionPorts } from '../ports.js';

/** Starts the embedding with which a run ends; however often it is asked for, there is one. */
export async function embedRun(ports: IngestionPorts, { tenant, corpusId, runId }: Pick<JobData<'document.ingest'>, 'tenant' | 'corpusId' | 'runId'>): Promise<void> {
  await ports.enqueue('corpus.embed', { tenant, corpusId, runId }, { id: `embed-${runId}` });
}

/**
 * Notes a document's outcome; the last document of a run starts the embedding. One that comes again after that, because
 * its first worker died, starts another: the embedding under way may have looked for the last time already, and a job
 * under its id would count as the same and not be added.
 */
export async function settleDocument(ports: IngestionPorts, job: Pick<JobData<'document.ingest'>, 'tenant' | 'corpusId' | 'runId' | 'path'>, failure: AppError | null): Promise<void> {
  const { tenant, corpusId, runId } = job;
  const run = await ports.database.worker(tenant, (tx) => imports.settleItem(tx, runId, job.path, failure && { code: failure.code, message: failure.message }));
  count('kontor_documents_total', { outcome: failure ? 'failed' : 'indexed' });
  if (!run || run.waiting) return;
  if (run.state === 'parsing') await embedRun(ports, job);
  else if (!failure) await ports.enqueue('corpus.embed', { tenant, corpusId }, { id: `embed-${newId()}` });
}
