import type { ListedBlob } from '@kontor/blobs';
import { imports } from '@kontor/db';
import type { IngestionPorts } from '../ports.js';

/** Younger ones may belong to an upload that is still arriving, or to a job that another process has just taken. */
const BLOB_AGE_MS_MIN = 24 * 3_600_000;
const BATCH = 500;

export interface Sweep {
  nowMs?: number;
  ageMsMin?: number;
  signal?: AbortSignal;
}

/**
 * Removes originals that no document was read from and that no import under way may still need: of uploads that were
 * broken off, of files that could not be read, and of documents that were replaced or removed. Returns how many.
 */
export async function sweepBlobs(ports: IngestionPorts, { nowMs = Date.now(), ageMsMin = BLOB_AGE_MS_MIN, signal }: Sweep = {}): Promise<number> {
  // What a run stored is named by nothing until it is noted. Of two clocks that differ the slower one counts: one that
  // jumped ahead must not make an upload that is arriving old.
  const beforeMs = Math.min(nowMs - ageMsMin, await ports.database.worker(ports.tenant, (tx) => imports.unusedBeforeMs(tx, ageMsMin)));
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
