import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { corpora, imports } from '@kontor/db';
import { AppError, newId } from '@kontor/kernel';
import { INGESTION_PORTS } from '../tokens.js';
import type { IngestionPorts } from '../ports.js';

export interface UploadedFile {
  name: string;
  content: Readable;
  /** Throws where the content was cut at the limit. */
  assertWhole(): void;
}

const FILES_MAX = 200;
const NAME_UNITS_MAX = 200;

/** Files that an administrator brings through the page; they lie under `uploads/`, whose rule says who reads them. */
@Injectable()
export class UploadService {
  constructor(@Inject(INGESTION_PORTS) private readonly ports: IngestionPorts) {}

  async upload(corpusName: string, files: AsyncIterable<UploadedFile>): Promise<{ runId: string }> {
    const { tenant, database, enqueue } = this.ports;
    const corpus = await database.worker(tenant, (tx) => corpora.findCorpus(tx, corpusName));
    if (!corpus) throw new AppError('corpus.unknown', { status: 404, message: `There is no corpus "${corpusName}"; import a folder under this name first.` });
    const stored: { path: string; blobKey: string; contentHash: string; sizeBytes: number }[] = [];
    for await (const file of files) {
      if (stored.length === FILES_MAX) throw new AppError('upload.too_many', { status: 413, message: `At most ${FILES_MAX} files at once; import a folder instead.` });
      stored.push(await this.store(file));
    }
    if (stored.length === 0) throw new AppError('upload.empty', { status: 400, message: 'No file arrived; choose at least one.' });
    const runId = await database.worker(tenant, async (tx) => {
      const id = await imports.startRun(tx, corpus.id, corpus.name);
      await imports.recordScan(tx, id, { files: stored.length, unchanged: 0, removed: 0, waiting: stored.map((file) => file.path), failures: [], notices: [] });
      return id;
    });
    for (const file of stored) await enqueue('document.ingest', { tenant, runId, corpusId: corpus.id, ...file }, { id: `ingest-${newId()}` });
    return { runId };
  }

  private async store(file: UploadedFile): Promise<{ path: string; blobKey: string; contentHash: string; sizeBytes: number }> {
    const { key, sizeBytes } = await this.ports.blobs.put(file.content);
    file.assertWhole();
    // The store's key is the content's sha256, which is what an import compares.
    return { path: `uploads/${safeName(file.name)}`, blobKey: key, contentHash: key, sizeBytes };
  }
}

/** The last part of the name without what could steer a path or hide its end. */
function safeName(name: string): string {
  const last = name.split(/[/\\]/).at(-1)!.replace(/[\p{Cc}\p{Cf}]/gu, '').replace(/^\.+/, '').trim();
  return last.slice(-NAME_UNITS_MAX) || 'file';
}
