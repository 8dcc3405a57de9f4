import type { BlobStore } from '@kontor/blobs';
import { holdsAlready, loadTables, tablesOf, type AppliedMigration, type CopyReport, type CopySource, type CopyTarget } from '@kontor/db';
import { AppError } from '@kontor/kernel';
import { BlobCopy, type BlobCounts } from './blobs.js';

export interface MoveOptions {
  source: CopySource;
  openTarget: (migrations: readonly AppliedMigration[]) => Promise<CopyTarget>;
  from: BlobStore;
  to: BlobStore;
  onProgress?: (what: string) => void;
}

export interface MoveReport extends CopyReport {
  blobs: BlobCounts;
  /** Whether the target held exactly this already: an earlier move had come to its end. */
  already: boolean;
}

/** Takes a whole store into an empty one of the other kind. The source stays as it is. */
export function moveStore({ source, openTarget, from, to, onProgress = () => undefined }: MoveOptions): Promise<MoveReport> {
  return source.read(async (snapshot) => {
    const target = await openTarget(snapshot.migrations);
    try {
      const copy = new BlobCopy(from, to);
      onProgress('originals');
      // Originals first: a row never points to one that is still to come. A move that is broken off leaves them, and the next one finds them there.
      for await (const keys of snapshot.blobKeys()) for (const key of keys) await copy.copy(key);
      const tables = await loadTables(target, tablesOf(snapshot), await snapshot.sample(), onProgress).catch(async (thrown: unknown) => {
        const held = thrown instanceof AppError && thrown.code === 'copy.target_not_empty' ? await holdsAlready(target, snapshot) : null;
        if (held === null) throw thrown;
        return { tables: held, peopleCompared: 0, searchesCompared: 0, already: true };
      });
      await target.settle();
      await target.publish();
      return { already: false, ...tables, blobs: copy.counts };
    } finally {
      await target.close();
    }
  });
}
