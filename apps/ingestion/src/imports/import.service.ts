import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { ImportProgress, ImportRequest } from '@kontor/contracts';
import { corpora, documents, imports, outbox, people, type Corpus, type ImportRun, type WorkerTx } from '@kontor/db';
import { AppError } from '@kontor/kernel';
import { settleDocument } from '../documents/settle.js';
import { INGESTION_PORTS } from '../tokens.js';
import type { IngestionPorts } from '../ports.js';
import { ensureCorpus } from './ensure-corpus.js';
import { applyRules, planImport } from './import-plan.js';
import { progressOf } from './progress.js';
import { unreadable } from './refusal.js';
import { scanDirectory, type ScannedFile } from './scan.js';
import { readSettings, type Settings } from './settings.js';

const FAILURES_SHOWN_MAX = 200;

/** Imports of folders: what is new is read, what is unchanged costs nothing, what vanished goes. */
@Injectable()
export class ImportService {
  constructor(@Inject(INGESTION_PORTS) private readonly ports: IngestionPorts) {}

  /** Checks everything that can be wrong at once, then works on in the background; returns the run's id. */
  async start(request: ImportRequest): Promise<{ runId: string }> {
    const settings = await readSettings(request);
    const found = await stat(request.directory).catch(() => null);
    if (!found?.isDirectory()) throw new AppError('import.no_directory', { status: 400, message: `${request.directory} is no folder that Kontor can read; check the path.` });
    const { corpus, runId } = await this.worker((tx) => this.prepare(tx, request.corpus, settings));
    void this.run(corpus, runId, request.directory, settings.notices).catch(async (thrown: unknown) => {
      const error = AppError.from(thrown);
      this.ports.logger.error({ code: error.code, runId }, 'import failed');
      await this.worker((tx) => imports.setRunState(tx, runId, 'failed', `${error.message} (${error.code})`));
    }).catch((thrown: unknown) => this.ports.logger.error({ code: AppError.from(thrown).code, runId }, 'the failure of an import could not be noted'));
    return { runId };
  }

  async progress(runId: string): Promise<ImportProgress> {
    return this.worker(async (tx) => {
      const run = await imports.readRun(tx, runId);
      if (!run) throw new AppError('import.unknown', { status: 404, message: 'There is no import with this id.' });
      return this.describe(tx, run);
    });
  }

  async latest(limit: number): Promise<ImportProgress[]> {
    return this.worker(async (tx) => {
      const runs = await imports.latestRuns(tx, limit);
      const all: ImportProgress[] = [];
      for (const run of runs) all.push(await this.describe(tx, run));
      return all;
    });
  }

  private async describe(tx: WorkerTx, run: ImportRun): Promise<ImportProgress> {
    const failures = await imports.readFailures(tx, run.id, FAILURES_SHOWN_MAX);
    return progressOf(run, await documents.countChunks(tx, run.corpusId), failures, Date.now());
  }

  private worker<T>(work: (tx: WorkerTx) => Promise<T>): Promise<T> {
    return this.ports.database.worker(this.ports.tenant, work);
  }

  private async prepare(tx: WorkerTx, name: string, settings: Settings): Promise<{ corpus: Corpus; runId: string }> {
    const corpus = await ensureCorpus(tx, name);
    if (settings.access) {
      await people.replaceRules(tx, corpus.id, settings.access);
      await corpora.setAccessState(tx, corpus.id, 'ruled');
      await applyRules(tx, corpus);
      await outbox.announce(tx, corpus.id, 'access.changed', { corpusId: corpus.id });
    }
    if (settings.users) await people.replaceUsers(tx, corpus.id, settings.users);
    if (settings.lexicon) await corpora.replaceLexicon(tx, corpus.id, settings.lexicon);
    return { corpus, runId: await imports.startRun(tx, corpus.id, name) };
  }

  private async run(corpus: Corpus, runId: string, directory: string, notices: readonly string[]): Promise<void> {
    const scan = await scanDirectory(directory, this.ports.fileBytesMax);
    const changed = await this.worker((tx) => planImport(tx, corpus, runId, { ...scan, notices: [...notices, ...scan.notices] }));
    for (const file of changed) await this.enqueueFile(corpus, runId, file);
    if (changed.length === 0) await this.enqueueEmbedding(corpus.id, runId);
  }

  private async enqueueFile(corpus: Corpus, runId: string, file: ScannedFile): Promise<void> {
    const item = { tenant: this.ports.tenant, runId, corpusId: corpus.id, path: file.path };
    try {
      // What is stored counts, should the file have changed since it was looked at; the key is the content's sha256.
      const { key, sizeBytes } = await this.ports.blobs.put(createReadStream(file.absolutePath, { end: this.ports.fileBytesMax }));
      await this.ports.enqueue('document.ingest', { ...item, blobKey: key, contentHash: key, sizeBytes }, { id: `ingest-${runId}-${hashOf(file.path)}` });
    } catch (thrown) {
      // A full disk or a lost database ends the import; a file that went meanwhile does not.
      if (thrown instanceof AppError) throw thrown;
      const { code, message } = unreadable(thrown);
      await settleDocument(this.ports, item, new AppError(code, { message, cause: thrown }));
    }
  }

  private async enqueueEmbedding(corpusId: string, runId: string): Promise<void> {
    await this.ports.enqueue('corpus.embed', { tenant: this.ports.tenant, corpusId, runId }, { id: `embed-${runId}` });
  }
}

/** A short, stable name for a path inside a job id, which may hold neither slashes nor colons. */
const hashOf = (path: string): string => createHash('sha256').update(path).digest('hex').slice(0, 32);
