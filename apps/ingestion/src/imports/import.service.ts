import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Inject, Injectable } from '@nestjs/common';
import { AccessFile, LexiconFile, UsersFile, type ImportFailure, type ImportProgress, type ImportRequest } from '@kontor/contracts';
import { corpora, documents, imports, outbox, people, type Corpus, type ImportRun, type WorkerTx } from '@kontor/db';
import { AppError } from '@kontor/kernel';
import { BM25 } from '@kontor/rag-core';
import { INGESTION_PORTS } from '../tokens.js';
import type { IngestionPorts } from '../ports.js';
import { principalsOf } from './access-rules.js';
import { progressOf } from './progress.js';
import { readJson } from './read-json.js';
import { scanDirectory, type ScannedFile } from './scan.js';

const FAILURES_SHOWN_MAX = 200;

interface Settings {
  access: AccessFile | null;
  users: UsersFile | null;
  lexicon: LexiconFile | null;
}

/** Imports of folders: what is new is read, what is unchanged costs nothing, what vanished goes. */
@Injectable()
export class ImportService {
  constructor(@Inject(INGESTION_PORTS) private readonly ports: IngestionPorts) {}

  /** Checks everything that can be wrong at once, then works on in the background; returns the run's id. */
  async start(request: ImportRequest): Promise<{ runId: string }> {
    const settings = await this.readSettings(request);
    const found = await stat(request.directory).catch(() => null);
    if (!found?.isDirectory()) throw new AppError('import.no_directory', { status: 400, message: `${request.directory} is no folder that Kontor can read; check the path.` });
    const { corpus, runId } = await this.worker((tx) => this.prepare(tx, request.corpus, settings));
    void this.run(corpus, runId, request.directory).catch(async (thrown: unknown) => {
      const error = AppError.from(thrown);
      this.ports.logger.error({ code: error.code, runId }, 'import failed');
      await this.worker((tx) => imports.setRunState(tx, runId, 'failed', `${error.message} (${error.code})`));
    });
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

  private async readSettings(request: ImportRequest): Promise<Settings> {
    return {
      access: request.accessFile === undefined ? null : await readJson(request.accessFile, AccessFile),
      users: request.usersFile === undefined ? null : await readJson(request.usersFile, UsersFile),
      lexicon: request.lexiconFile === undefined ? null : await readJson(request.lexiconFile, LexiconFile),
    };
  }

  private async prepare(tx: WorkerTx, name: string, settings: Settings): Promise<{ corpus: Corpus; runId: string }> {
    const corpus = (await corpora.findCorpus(tx, name)) ?? (await corpora.createCorpus(tx, name, { ...corpora.WITHOUT_VECTORS, recipe: { bm25: BM25, chunkTokensMax: 512 } }));
    if (settings.access) {
      await people.replaceRules(tx, corpus.id, settings.access);
      await corpora.setAccessState(tx, corpus.id, 'ruled');
      await outbox.announce(tx, corpus.id, 'access.changed', { corpusId: corpus.id });
    }
    if (settings.users) await people.replaceUsers(tx, corpus.id, settings.users);
    if (settings.lexicon) await corpora.replaceLexicon(tx, corpus.id, settings.lexicon);
    return { corpus, runId: await imports.startRun(tx, corpus.id, name) };
  }

  private async run(corpus: Corpus, runId: string, directory: string): Promise<void> {
    const scan = await scanDirectory(directory, this.ports.fileBytesMax);
    const plan = await this.worker((tx) => this.plan(tx, corpus, runId, scan.files, scan.failures));
    for (const file of plan) await this.enqueueFile(corpus, runId, file);
    if (plan.length === 0) await this.enqueueEmbedding(corpus.id, runId);
  }

  /** Compares the folder with the corpus; access of unchanged documents follows the rules at once. */
  private async plan(tx: WorkerTx, corpus: Corpus, runId: string, files: readonly ScannedFile[], failures: readonly ImportFailure[]): Promise<ScannedFile[]> {
    const known = new Map((await documents.knownDocuments(tx, corpus.id)).map((document) => [document.path, document]));
    const rules = await people.listRules(tx, corpus.id);
    const changed: ScannedFile[] = [];
    for (const file of files) {
      const document = known.get(file.path);
      known.delete(file.path);
      if (document?.contentHash !== file.contentHash) changed.push(file);
      else {
        const aclId = await people.internAcl(tx, principalsOf(corpus.name, file.path, rules));
        if (aclId !== document.aclId) await documents.setDocumentAcl(tx, document.id, aclId);
      }
    }
    // Uploads are not part of the folder, so a folder without them does not remove them.
    const vanished = [...known.values()].filter((document) => !document.path.startsWith('uploads/'));
    for (const { path, id } of vanished) {
      await documents.removeDocument(tx, corpus.id, path);
      await outbox.announce(tx, id, 'document.removed', { corpusId: corpus.id, documentId: id });
    }
    const notices = rules.length === 0 ? [`No access rules: only administrators see the corpus "${corpus.name}". Import it with --access and --users to open it.`] : [];
    const counts = { files: files.length + failures.length, unchanged: files.length - changed.length, removed: vanished.length };
    await imports.recordScan(tx, runId, { ...counts, waiting: changed.map((file) => file.path), failures, notices });
    return changed;
  }

  private async enqueueFile(corpus: Corpus, runId: string, file: ScannedFile): Promise<void> {
    const { key } = await this.ports.blobs.put(createReadStream(file.absolutePath));
    const data = { tenant: this.ports.tenant, runId, corpusId: corpus.id, path: file.path, blobKey: key, contentHash: file.contentHash, sizeBytes: file.sizeBytes };
    await this.ports.enqueue('document.ingest', data, { id: `ingest-${runId}-${file.contentHash.slice(0, 16)}-${hashOf(file.path)}` });
  }

  private async enqueueEmbedding(corpusId: string, runId: string): Promise<void> {
    await this.ports.enqueue('corpus.embed', { tenant: this.ports.tenant, corpusId, runId }, { id: `embed-${runId}` });
  }
}

/** A short, stable name for a path inside a job id, which may hold neither slashes nor colons. */
function hashOf(path: string): string {
  let hash = 2_166_136_261;
  for (let i = 0; i < path.length; i += 1) hash = Math.imul(hash ^ path.charCodeAt(i), 16_777_619) >>> 0;
  return hash.toString(36);
}
