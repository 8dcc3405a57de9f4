import { createReadStream } from 'node:fs';
import { Inject, Injectable } from '@nestjs/common';
import type { JobData } from '@kontor/contracts';
import { corpora, imports } from '@kontor/db';
import { AppError } from '@kontor/kernel';
import { Handles } from '@kontor/queue';
import { embedRun, settleDocument } from '../documents/settle.js';
import { INGESTION_PORTS } from '../tokens.js';
import type { IngestionPorts } from '../ports.js';
import { enqueueDocument, isKept } from './enqueue-document.js';
import { planImport } from './import-plan.js';
import { locateAgain, unreadable } from './refusal.js';
import { scanDirectory } from './scan.js';

type Job = JobData<'folder.import'>;

/**
 * Looks through a folder and queues what is new. A process that dies amid this loses nothing: the job comes again, and goes
 * on with the files of the first look whose outcome is not known; one that was queued already is not queued twice.
 */
@Injectable()
@Handles('folder.import')
export class FolderImportHandler {
  constructor(@Inject(INGESTION_PORTS) private readonly ports: IngestionPorts) {}

  async run(job: Job): Promise<void> {
    try {
      const files = await this.filesOf(job);
      for (const file of files ?? []) await this.enqueueFile(job, file);
      if (files?.length === 0) await embedRun(this.ports, job);
    } catch (thrown) {
      if (!(thrown instanceof AppError) || thrown.retry === 'later') throw thrown;
      await this.failed(job, thrown);
    }
  }

  /** Told when the last attempt failed, too: whoever waits for the import sees why it ended. */
  async failed({ tenant, runId }: Job, error: AppError): Promise<void> {
    this.ports.logger.error({ code: error.code, runId }, 'import failed');
    await this.ports.database.worker(tenant, (tx) => imports.setRunState(tx, runId, 'failed', `${error.message} (${error.code})`));
  }

  /** New and changed files: of a first look through the folder, or what is left of one that was broken off. Null where the run has ended. */
  private async filesOf({ tenant, runId, corpusId, directory }: Job): Promise<imports.WaitingFile[] | null> {
    const run = await this.ports.database.worker(tenant, (tx) => imports.readRun(tx, runId));
    if (!run || run.finishedAt) return null;
    if (run.state !== 'scanning') return this.ports.database.worker(tenant, (tx) => imports.waitingFiles(tx, runId));
    const scan = await scanDirectory(directory, this.ports.fileBytesMax);
    return this.ports.database.worker(tenant, async (tx) => {
      const corpus = await corpora.getCorpus(tx, corpusId);
      return corpus ? (await planImport(tx, corpus, runId, scan)).map(({ path }) => ({ path })) : [];
    });
  }

  private async enqueueFile({ tenant, runId, corpusId, directory }: Job, file: imports.WaitingFile): Promise<void> {
    const item = { tenant, runId, corpusId, path: file.path };
    try {
      await enqueueDocument(this.ports, { tenant, runId, corpusId }, isKept(file) ? file : await this.keep(item, directory));
    } catch (thrown) {
      // A full disk or a lost database ends the import; a file that went meanwhile does not.
      if (thrown instanceof AppError) throw thrown;
      const { code, message } = unreadable(thrown);
      await settleDocument(this.ports, item, new AppError(code, { message, cause: thrown }));
    }
  }

  /** What is stored counts, should the file have changed since it was looked at. */
  private async keep({ tenant, runId, path }: { tenant: string; runId: string; path: string }, directory: string): Promise<imports.KeptFile> {
    const { key, sizeBytes } = await this.ports.blobs.put(createReadStream(await locateAgain(directory, path), { end: this.ports.fileBytesMax }));
    const kept = { path, blobKey: key, sizeBytes };
    await this.ports.database.worker(tenant, (tx) => imports.keepFile(tx, runId, kept));
    return kept;
  }
}
