import { createReadStream } from 'node:fs';
import { Inject, Injectable } from '@nestjs/common';
import type { JobData } from '@kontor/contracts';
import { corpora, imports } from '@kontor/db';
import { AppError } from '@kontor/kernel';
import { Handles } from '@kontor/queue';
import { embedRun, settleDocument } from '../documents/settle.js';
import { INGESTION_PORTS } from '../tokens.js';
import type { IngestionPorts } from '../ports.js';
import { enqueueDocument } from './enqueue-document.js';
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
      const paths = await this.pathsOf(job);
      for (const path of paths) await this.enqueueFile(job, path);
      if (paths.length === 0) await embedRun(this.ports, job);
    } catch (thrown) {
      const error = AppError.from(thrown);
      if (error.retry === 'later') throw error;
      await this.failed(job, error);
    }
  }

  /** Told when the last attempt failed, too: whoever waits for the import sees why it ended. */
  async failed({ tenant, runId }: Job, error: AppError): Promise<void> {
    this.ports.logger.error({ code: error.code, runId }, 'import failed');
    await this.ports.database.worker(tenant, (tx) => imports.setRunState(tx, runId, 'failed', `${error.message} (${error.code})`));
  }

  /** New and changed files: of a first look through the folder, or what is left of one that was broken off. */
  private async pathsOf({ tenant, runId, corpusId, directory }: Job): Promise<string[]> {
    const run = await this.ports.database.worker(tenant, (tx) => imports.readRun(tx, runId));
    if (run?.state !== 'scanning') return this.ports.database.worker(tenant, (tx) => imports.waitingPaths(tx, runId));
    const scan = await scanDirectory(directory, this.ports.fileBytesMax);
    return this.ports.database.worker(tenant, async (tx) => {
      const corpus = await corpora.getCorpus(tx, corpusId);
      return corpus ? (await planImport(tx, corpus, runId, scan)).map((file) => file.path) : [];
    });
  }

  private async enqueueFile({ tenant, runId, corpusId, directory }: Job, path: string): Promise<void> {
    const item = { tenant, runId, corpusId, path };
    try {
      // What is stored counts, should the file have changed since it was looked at.
      const { key, sizeBytes } = await this.ports.blobs.put(createReadStream(await locateAgain(directory, path), { end: this.ports.fileBytesMax }));
      await enqueueDocument(this.ports, { tenant, runId, corpusId }, { path, blobKey: key, sizeBytes });
    } catch (thrown) {
      // A full disk or a lost database ends the import; a file that went meanwhile does not.
      if (thrown instanceof AppError) throw thrown;
      const { code, message } = unreadable(thrown);
      await settleDocument(this.ports, item, new AppError(code, { message, cause: thrown }));
    }
  }
}
