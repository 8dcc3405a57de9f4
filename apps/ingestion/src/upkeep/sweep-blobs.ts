import type { ListedBlob } from '@kontor/blobs';
import { imports } from '@kontor/db';
import type { IngestionPorts } from '../ports.js';

/** Younger ones may belong to an upload that is still arriving, or to a job that another process has just taken. */
export const BLOB_AGE_MS_MIN = 24 * 3_600_000;
const BATCH = 500;

/**
 * Removes originals that no document was read from and that no import under way may still need: of uploads that were
 * broken off, of files that could not be read, and of documents that were replaced or removed. Returns how many.
 */
export async function sweepBlobs(ports: IngestionPorts, nowMs: number, signal?: AbortSignal): Promise<number> {
  const open = await ports.database.worker(ports.tenant, (tx) => imports.openRuns(tx));
  // What a folder's import stored is named by its jobs alone until a document is read from it.
  const beforeMs = Math.min(nowMs - BLOB_AGE_MS_MIN, ...open.map((run) => run.startedAt.getTime()));
  let removed = await ports.blobs.removeUnfinished(beforeMs);
  let batch: ListedBlob[] = [];
  for await (const blob of ports.blobs.list()) {
    if (signal?.aborted) break;
    if (blob.storedAtMs >= beforeMs) continue;
    batch.push(blob);
    if (batch.length < BATCH) continue;
    removed += await removeUnused(ports, batch);
    batch = [];
  }
  return removed + (await removeUnused(ports, batch));
}

async function removeUnused(ports: IngestionPorts, blobs: readonly ListedBlob[]): Promise<number> {
  const unused = await ports.database.worker(ports.tenant, (tx) => imports.unusedBlobs(tx, blobs.map(({ key }) => key)));
  for (const key of unused) await ports.blobs.remove(key);
  return unused.length;
}
