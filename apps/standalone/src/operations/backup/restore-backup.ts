import { join } from 'node:path';
import { DirectoryBlobStore, type BlobStore } from '@kontor/blobs';
import { loadTables, type CopyReport, type CopyTarget } from '@kontor/db';
import { AppError } from '@kontor/kernel';
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
  /** Whether the target held exactly this already: an earlier restore was broken off behind its last row. */
  already: boolean;
}

/** Restores a backup into an empty store: all of it, or nothing. */
export async function restoreBackup({ backup, target, blobs, verify, prove, onProgress = () => undefined }: RestoreOptions): Promise<RestoreReport> {
  const copy = new BlobCopy(new DirectoryBlobStore(join(backup.directory, BLOBS)), blobs);
  try {
    onProgress('originals');
    await copyBlobs(backup, copy);
    const report: Omit<RestoreReport, 'blobs'> = await loadTables(target, backup.tables, verify ? backup.sample : null, onProgress).then((loaded) => ({ ...loaded, already: false }), async (thrown: unknown) => {
      const held = thrown instanceof AppError && thrown.code === 'copy.target_not_empty' ? await holdsAlready(target, backup) : null;
      if (held === null) throw thrown;
      // What people see was proven in the transaction that brought the rows.
      return { tables: held, peopleCompared: 0, searchesCompared: 0, already: true };
    });
    onProgress('the schema');
    await target.settle();
    await proven(target, report.already, prove);
    await target.publish();
    return { ...report, blobs: copy.counts };
  } catch (thrown) {
    await copy.undo();
    throw thrown;
  }
}

/** Where the last proof fails, what was loaded goes again; what an earlier restore brought may be in use by now, and stays. */
async function proven(target: CopyTarget, already: boolean, prove: RestoreOptions['prove']): Promise<void> {
  try {
    await prove?.(target.draft);
  } catch (thrown) {
    if (!already) await target.undo();
    throw thrown;
  }
}

/** The sums of a target that holds what the backup does, row by row; null where it holds anything else. */
async function holdsAlready(target: CopyTarget, { tables }: Backup): Promise<CopyReport['tables'] | null> {
  const held = await target.sums();
  const same = tables.every(({ name, sum }) => held.get(name)?.rows === sum?.rows && held.get(name)?.checksum === sum?.checksum);
  return same && held.size === tables.length ? Object.fromEntries(held) : null;
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
