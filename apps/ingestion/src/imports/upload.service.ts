import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import type { ImportFailure } from '@kontor/contracts';
import { imports } from '@kontor/db';
import type { Upload } from '@kontor/http';
import { AppError } from '@kontor/kernel';
import { INGESTION_PORTS } from '../tokens.js';
import type { IngestionPorts } from '../ports.js';
import { embedRun } from '../documents/settle.js';
import { enqueueDocument } from './enqueue-document.js';
import { beginOrLeave } from './begin-or-leave.js';
import { accessNotices } from './access-notices.js';
import { ensureCorpus } from './ensure-corpus.js';
import { requireRoom } from './require-room.js';
import { tooLarge } from './refusal.js';

type StoredFile = imports.KeptFile;

const FILES_MAX = 200;
const NAME_UNITS_MAX = 200;

/** Files that an administrator brings through the page; they lie under `uploads/`, whose rule says who reads them. */
@Injectable()
export class UploadService {
  constructor(@Inject(INGESTION_PORTS) private readonly ports: IngestionPorts) {}

  /** Takes what arrives whole and lists the rest. A corpus that there is not yet begins with its first file. */
  async upload(corpusName: string, files: AsyncIterable<Upload>): Promise<{ runId: string }> {
    const { tenant, database } = this.ports;
    await requireRoom(this.ports);
    const stored = new Map<string, StoredFile>();
    const failures: ImportFailure[] = [];
    for await (const file of files) {
      if (stored.size + failures.length === FILES_MAX) throw new AppError('upload.too_many', { status: 413, message: `At most ${FILES_MAX} files at once; import a folder instead.` });
      const path = `uploads/${safeName(file.name)}`;
      const outcome = await this.store(path, file);
      if ('code' in outcome) failures.push(outcome);
      else if (stored.has(path)) failures.push({ path, code: 'upload.same_name', message: 'Another file of this upload has the same name; rename one of them and upload it again.' });
      else stored.set(path, outcome);
    }
    if (stored.size + failures.length === 0) throw new AppError('upload.empty', { status: 400, message: 'No file arrived; choose at least one.' });
    const { corpusId, runId } = await database.worker(tenant, async (tx) => {
      const corpus = await ensureCorpus(tx, corpusName);
      const id = await imports.startRun(tx, corpus.id, corpus.name);
      await imports.recordScan(tx, id, { files: stored.size + failures.length, unchanged: 0, removed: 0, waiting: [...stored.values()], failures: toldApart(failures, stored), notices: await accessNotices(tx, corpus) });
      return { corpusId: corpus.id, runId: id };
    });
    // Should the process die from here on, the upkeep goes on with what was recorded.
    await beginOrLeave(this.ports, runId, async () => {
      for (const file of stored.values()) await enqueueDocument(this.ports, { tenant, runId, corpusId }, file);
      if (stored.size === 0) await embedRun(this.ports, { tenant, corpusId, runId });
    });
    return { runId };
  }

  private async store(path: string, file: Upload): Promise<StoredFile | ImportFailure> {
    try {
      const { key, sizeBytes } = await this.ports.blobs.put(Readable.from(whole(file)));
      return { path, blobKey: key, sizeBytes };
    } catch (thrown) {
      if (!(thrown instanceof AppError && thrown.code === 'upload.too_large')) throw thrown;
      const { code, message } = tooLarge(this.ports.fileBytesMax);
      return { path, code, message };
    }
  }
}

/** A run lists each path once, so a second file of a name is numbered. */
function toldApart(failures: readonly ImportFailure[], stored: ReadonlyMap<string, StoredFile>): ImportFailure[] {
  const taken = new Set(stored.keys());
  return failures.map((failure) => {
    let path = failure.path;
    for (let count = 2; taken.has(path); count += 1) path = `${failure.path} (${count})`;
    taken.add(path);
    return { ...failure, path };
  });
}

/** A file that was cut ends with an error, so that its beginning is not kept as if it were all of it. */
async function* whole({ content, assertWhole }: Upload): AsyncGenerator<unknown> {
  yield* content;
  assertWhole();
}

/** The last part of the name without what could steer a path or hide its end. */
function safeName(name: string): string {
  const last = name.split(/[/\\]/).at(-1)!.replace(/[\p{Cc}\p{Cf}]/gu, '').replace(/^\.+/, '').trim();
  return last.slice(-NAME_UNITS_MAX) || 'file';
}
