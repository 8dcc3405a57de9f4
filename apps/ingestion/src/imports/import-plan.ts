import { documents, imports, outbox, people, type Corpus, type WorkerTx } from '@kontor/db';
import { AppError } from '@kontor/kernel';
import { accessNotices } from './access-notices.js';
import { principalsOf } from './access-rules.js';
import type { Scan, ScannedFile } from './scan.js';

/** Uploads are not part of the folder, so a folder without them does not remove them. */
const isUpload = (path: string): boolean => path.startsWith('uploads/');

/**
 * Gives every document of the corpus the readers that its rules name now, without touching its index: those of the
 * folder, those of which the folder has a broken version, and uploads.
 */
export async function applyRules(tx: WorkerTx, corpus: Corpus): Promise<void> {
  const rules = await people.listRules(tx, corpus.id);
  // A corpus has few sets of readers and many documents.
  const interned = new Map<string, number>();
  for (const document of await documents.knownDocuments(tx, corpus.id)) {
    const principals = principalsOf(corpus.name, document.path, rules);
    const key = principals.join('\n');
    const aclId = interned.get(key) ?? (await people.internAcl(tx, principals));
    interned.set(key, aclId);
    if (aclId !== document.aclId) await documents.setDocumentAcl(tx, document.id, aclId);
  }
}

/** Compares the folder with the corpus: removes what vanished, notes what cannot be taken, and returns what is new. */
export async function planImport(tx: WorkerTx, corpus: Corpus, runId: string, scan: Scan): Promise<ScannedFile[]> {
  const known = new Map((await documents.knownDocuments(tx, corpus.id)).map((document) => [document.path, document]));
  const changed = scan.files.filter((file) => known.get(file.path)?.contentHash !== file.contentHash);
  for (const file of scan.files) known.delete(file.path);
  const vanished = [...known.values()].filter(({ path }) => !isUpload(path) && !scan.keeps(path));
  if (scan.files.length === 0 && scan.failures.length === 0 && vanished.length > 0) throw folderEmpty(vanished.length);
  for (const { path, id } of vanished) {
    await documents.removeDocument(tx, corpus.id, path);
    await outbox.announce(tx, id, 'document.removed', { corpusId: corpus.id, documentId: id });
  }
  const counts = { files: scan.files.length + scan.failures.length, unchanged: scan.files.length - changed.length, removed: vanished.length };
  const notices = [...(await accessNotices(tx, corpus)), ...scan.notices];
  await imports.recordScan(tx, runId, { ...counts, waiting: changed.map(({ path }) => ({ path })), failures: scan.failures, notices });
  return changed;
}

/** A drive that is not there looks like an empty folder, and must not empty the corpus. */
const folderEmpty = (documentCount: number): AppError =>
  new AppError('import.folder_empty', { status: 400, message: `The folder holds no file that Kontor reads, but the corpus has ${documentCount} documents from it. Nothing was removed; check whether its drive is connected.` });
