import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { JobData } from '@kontor/contracts';
import { corpora, documents, imports, outbox, people } from '@kontor/db';
import { AppError, newId } from '@kontor/kernel';
import { inSpan, textAttributes } from '@kontor/observability';
import { Handles, type JobContext } from '@kontor/queue';
import type { ExtractedDocument } from '@kontor/rag-core';
import { principalsOf } from '../imports/access-rules.js';
import type { IngestionPorts } from '../ports.js';
import { INGESTION_PORTS } from '../tokens.js';
import { indexDocument } from './index-document.js';
import { settleDocument } from './settle.js';

/** Reads one document and makes it searchable by its words; vectors follow for the whole corpus. */
@Injectable()
@Handles('document.ingest')
export class DocumentHandler {
  constructor(@Inject(INGESTION_PORTS) private readonly ports: IngestionPorts) {}

  async run(job: JobData<'document.ingest'>, { signal }: Pick<JobContext, 'signal'>): Promise<void> {
    try {
      // Where the job comes late, what it would read may be older than what is there.
      if (!(await this.isSuperseded(job))) await this.take(job, signal);
      await settleDocument(this.ports, job, null);
    } catch (thrown) {
      // What nobody foresaw may be over at the next attempt, as the queue has it.
      if (!(thrown instanceof AppError) || thrown.retry === 'later') throw thrown;
      const error = thrown;
      // A file that cannot be read is an outcome of the import, not a failure of the job.
      this.ports.logger.warn({ code: error.code, runId: job.runId }, 'document not read');
      await settleDocument(this.ports, job, error);
    }
  }

  /** Told when the last attempt failed: the file is listed with its reason, and the import goes on without it. */
  failed(job: JobData<'document.ingest'>, error: AppError): Promise<void> {
    return settleDocument(this.ports, job, error);
  }

  private async take(job: JobData<'document.ingest'>, signal: AbortSignal): Promise<void> {
    const attributes = { 'kontor.document.bytes': job.sizeBytes, ...textAttributes(() => ({ 'file.path': job.path })) };
    const document = await inSpan('read document', { attributes }, () => this.extract(job, signal));
    await inSpan('index document', {}, () => this.store(job, document, signal));
  }

  private isSuperseded(job: JobData<'document.ingest'>): Promise<boolean> {
    return this.ports.database.worker(job.tenant, (tx) => imports.isSuperseded(tx, job));
  }

  private async extract(job: JobData<'document.ingest'>, signal: AbortSignal): Promise<ExtractedDocument> {
    const directory = await mkdtemp(join(tmpdir(), 'kontor-document-'));
    try {
      const path = join(directory, 'content');
      await pipeline(await this.ports.blobs.get(job.blobKey), createWriteStream(path));
      return await this.ports.extractor.extract({ path, name: basename(job.path) }, signal);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  }

  private async store(job: JobData<'document.ingest'>, document: ExtractedDocument, signal: AbortSignal): Promise<void> {
    const embedder = this.ports.embedder();
    // Without the tokenizer a token is taken for three characters, which is short of what any language needs.
    const indexed = await indexDocument(document, embedder ? (text) => embedder.countTokens(text) : (text) => Math.ceil(text.length / 3), signal);
    if (indexed.chunks.length === 0) throw new AppError('document.empty', { message: 'The file holds headings but no text; there is nothing to find in it.' });
    const { path, corpusId, contentHash, sizeBytes, blobKey } = job;
    await this.ports.database.worker(job.tenant, async (tx) => {
      const corpus = await corpora.getCorpus(tx, corpusId);
      // A later import may have been quicker while this one read the file.
      if (!corpus || (await imports.isSuperseded(tx, job))) return;
      const aclId = await people.internAcl(tx, principalsOf(corpus.name, path, await people.listRules(tx, corpusId)));
      // A document that was there before keeps the id under which it is known.
      const id = await documents.replaceDocument(tx, { id: newId(), corpusId, path, title: document.title, mediaType: document.mediaType, contentHash, sizeBytes, aclId, blobKey, text: document.text, blocks: document.blocks, ...indexed });
      await outbox.announce(tx, id, 'document.indexed', { corpusId, documentId: id, chunks: indexed.chunks.length });
    });
  }
}
