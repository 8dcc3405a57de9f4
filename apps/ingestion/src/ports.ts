import type { BlobStore } from '@kontor/blobs';
import type { Jobs, JobData, JobName } from '@kontor/contracts';
import type { Database } from '@kontor/db';
import type { Extractor } from '@kontor/extract';
import type { Embedder } from '@kontor/models';
import type { Logger } from '@kontor/observability';
import type { JobQueue } from '@kontor/queue';

/** What ingestion needs of the outside; the composition hands it in. */
export interface IngestionPorts {
  tenant: string;
  database: Database;
  blobs: BlobStore;
  extractor: Extractor;
  /** Null while no embedder is on the machine: search is lexical until then. */
  embedder: () => Embedder | null;
  /** Settles when the embedder is there, or known to be missing. */
  embedderReady: Promise<void>;
  enqueue: <Name extends JobName & keyof Jobs>(name: Name, data: JobData<Name>, options: { id: string }) => Promise<unknown>;
  queue: Pick<JobQueue<Jobs>, 'state'>;
  fileBytesMax: number;
  /** Imports and uploads under way at once; another one is told to come back. */
  importsWaitingMax: number;
  logger: Logger;
}
