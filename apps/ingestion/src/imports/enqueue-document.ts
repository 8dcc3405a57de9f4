import { createHash } from 'node:crypto';
import type { JobData } from '@kontor/contracts';
import type { imports } from '@kontor/db';
import type { IngestionPorts } from '../ports.js';

type Run = Pick<JobData<'document.ingest'>, 'tenant' | 'runId' | 'corpusId'>;

/** Queues a file that is kept already; asked again for the same file of a run, it does nothing while the first job is there. */
export async function enqueueDocument(ports: IngestionPorts, run: Run, { path, blobKey, sizeBytes }: imports.KeptFile): Promise<void> {
  // The store's key is the content's sha256, which is what an import compares.
  const data = { ...run, path, blobKey, contentHash: blobKey, sizeBytes };
  await ports.enqueue('document.ingest', data, { id: documentJobId(run.runId, path) });
}

export const documentJobId = (runId: string, path: string): string => `ingest-${runId}-${hashOf(path)}`;

export const isKept = (file: imports.WaitingFile): file is imports.KeptFile => file.blobKey !== undefined;

/** A short, stable name for a path inside a job id, which may hold neither slashes nor colons. */
const hashOf = (path: string): string => createHash('sha256').update(path).digest('hex').slice(0, 32);
