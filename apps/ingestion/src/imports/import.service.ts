import { stat } from 'node:fs/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { ImportProgress, ImportRequest } from '@kontor/contracts';
import { corpora, documents, imports, outbox, people, type ImportRun, type WorkerTx } from '@kontor/db';
import { AppError } from '@kontor/kernel';
import { INGESTION_PORTS } from '../tokens.js';
import type { IngestionPorts } from '../ports.js';
import { halfNotices } from './access-notices.js';
import { beginOrLeave, folderJobId } from './begin-or-leave.js';
import { ensureCorpus } from './ensure-corpus.js';
import { applyRules } from './import-plan.js';
import { requireRoom } from './require-room.js';
import { progressOf } from './progress.js';
import { readSettings, type Settings } from './settings.js';

const FAILURES_SHOWN_MAX = 200;

/** Imports of folders: what is new is read, what is unchanged costs nothing, what vanished goes. */
@Injectable()
export class ImportService {
  constructor(@Inject(INGESTION_PORTS) private readonly ports: IngestionPorts) {}

  /** Checks everything that can be wrong at once; the folder itself is looked through by a job. Returns the run's id. */
  async start(request: ImportRequest): Promise<{ runId: string }> {
    await requireRoom(this.ports);
    const settings = await readSettings(request, await this.worker((tx) => corpora.lexiconFoundAt(tx, request.corpus)));
    const found = await stat(request.directory).catch(() => null);
    if (!found?.isDirectory()) throw new AppError('import.no_directory', { status: 400, message: `${request.directory} is no folder that Kontor can read; check the path.` });
    const { corpusId, runId } = await this.worker((tx) => this.prepare(tx, request, settings));
    const { tenant, enqueue } = this.ports;
    await beginOrLeave(this.ports, runId, () => enqueue('folder.import', { tenant, runId, corpusId, directory: request.directory }, { id: folderJobId(runId) }));
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

  private async prepare(tx: WorkerTx, { corpus: name, directory }: ImportRequest, settings: Settings): Promise<{ corpusId: string; runId: string }> {
    const corpus = await ensureCorpus(tx, name);
    if (settings.access) {
      await people.replaceRules(tx, corpus.id, settings.access);
      await corpora.setAccessState(tx, corpus.id, 'ruled');
      await applyRules(tx, corpus);
    }
    if (settings.users) await people.replaceUsers(tx, corpus.id, settings.users);
    // Who is in a group decides what someone reads as much as the rules do.
    if (settings.access ?? settings.users) await outbox.announce(tx, corpus.id, 'access.changed', { corpusId: corpus.id });
    if (settings.lexicon) await corpora.replaceLexicon(tx, corpus.id, settings.lexicon, settings.lexiconFoundAt);
    const notices = [...settings.notices, ...halfNotices(corpus, settings, await people.hasReaders(tx, corpus.id))];
    return { corpusId: corpus.id, runId: await imports.startRun(tx, corpus.id, name, { directory, notices }) };
  }
}
