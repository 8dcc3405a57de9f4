import type { ImportProgress, ImportRequest, Jobs, ModelStatus, StoreCopied } from '@kontor/contracts';
import type { Database } from '@kontor/db';
import type { EventSource } from '@kontor/events';
import type { Upload } from '@kontor/http';
import type { Logger } from '@kontor/observability';
import type { JobQueue } from '@kontor/queue';

export interface DoctorCheck {
  name: string;
  state: 'ok' | 'warning' | 'failed';
  text: string;
  /** The command that mends it. */
  mend: string | null;
}

/** What the administration needs of the outside; the composition hands it in. */
export interface AdminApiPorts {
  tenant: string;
  database: Pick<Database, 'worker'>;
  /** From which the tables of audit and usage are made. */
  events: EventSource;
  imports: {
    start(request: ImportRequest): Promise<{ runId: string }>;
    progress(runId: string): Promise<ImportProgress>;
    latest(limit: number): Promise<ImportProgress[]>;
    /** Takes files as they arrive; the run begins when the last one is in. */
    upload(corpus: string, files: AsyncIterable<Upload>): Promise<{ runId: string }>;
  };
  models: {
    list(): Promise<ModelStatus[]>;
    pull(name: string): Promise<void>;
    verify(name: string): Promise<void>;
    /** Returns what kind of model it is. */
    use(name: string): Promise<ModelStatus['kind']>;
  };
  queue: Pick<JobQueue<Jobs>, 'queues' | 'longestWaitsMs' | 'deadLetters'>;
  /** Copies the store for a `kontor backup` that waits for it; absent where it is not embedded. */
  copyStore?: () => Promise<StoreCopied>;
  checks: () => Promise<DoctorCheck[]>;
  logger: Logger;
}

export const ADMIN_API_PORTS = Symbol('AdminApiPorts');
