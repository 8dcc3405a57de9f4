import { join } from 'node:path';
import { DirectoryBlobStore, type BlobStore } from '@kontor/blobs';
import { loadTables, type CopyReport, type CopyTarget } from '@kontor/db';
import { BlobCopy, type BlobCounts } from './blobs.js';
import { readLines } from './line-file.js';
import { BLOB_LIST, BlobLine, BLOBS } from './manifest.js';
import { damaged, fileMissing, type Backup } from './read-backup.js';

export interface RestoreOptions {
  backup: Backup;
  target: CopyTarget;
  blobs: BlobStore;
  /** Whether sampled people must see and find in it what they did. */
  verify: boolean;
  /** The last proof, on the finished store before it is put in its place; throws where it fails. */
  prove?: (draft: string | null) => Promise<void>;
  onProgress?: (what: string) => void;
}

export interface RestoreReport extends CopyReport {
  blobs: BlobCounts;
}

/** Restores a backup into an empty store: all of it, or nothing. */
export async function restoreBackup({ backup, target, blobs, verify, prove, onProgress = () => undefined }: RestoreOptions): Promise<RestoreReport> {
  const copy = new BlobCopy(new DirectoryBlobStore(join(backup.directory, BLOBS)), blobs);
  try {
    onProgress('originals');
    await copyBlobs(backup, copy);
    const report = await loadTables(target, backup.tables, verify ? backup.sample : null, onProgress);
    onProgress('the schema');
    await target.settle();
    await prove?.(target.draft);
    await target.publish();
    return { ...report, blobs: copy.counts };
  } catch (thrown) {
    await copy.undo();
    throw thrown;
  }
}

async function copyBlobs(backup: Backup, copy: BlobCopy): Promise<void> {
  for await (const lines of readLines(join(backup.directory, BLOB_LIST))) {
    for (const line of lines) {
      const [key, sizeBytes] = BlobLine.parse(JSON.parse(line));
      // What was not there when the backup was made cannot be asked for now.
      if (sizeBytes === null) continue;
      const before = copy.counts.absent;
      if ((await copy.copy(key)) === null) throw (copy.counts.absent > before ? fileMissing : damaged)(`${BLOBS}/${key.slice(0, 2)}/${key}`);
    }
  }
}
