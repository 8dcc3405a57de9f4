import type { BlobStore } from '@kontor/blobs';
import { AppError } from '@kontor/kernel';

export interface BlobCounts {
  count: number;
  sizeBytes: number;
  /** Not there, as after their document was removed a moment ago. */
  absent: number;
  /** There, and not what their name says. */
  damaged: number;
}

/**
 * Brings the originals from one store to another, each held against its name, which is its content's hash. One that is
 * missing or damaged keeps none of the others back; it is counted and told.
 */
export class BlobCopy {
  readonly counts: BlobCounts = { count: 0, sizeBytes: 0, absent: 0, damaged: 0 };
  /** Keys that the target did not have before. */
  readonly added: string[] = [];

  constructor(
    private readonly from: BlobStore,
    private readonly to: BlobStore,
  ) {}

  /** The blob's size; null where there is no whole one. */
  async copy(key: string): Promise<number | null> {
    const wasThere = await this.to.has(key);
    const stored = await this.from.get(key).then((content) => this.to.put(content), (thrown: unknown) => {
      if (thrown instanceof AppError && thrown.code === 'blob.absent') return null;
      throw thrown;
    });
    if (stored === null) {
      this.counts.absent += 1;
      return null;
    }
    if (stored.key !== key) {
      await this.to.remove(stored.key);
      this.counts.damaged += 1;
      return null;
    }
    if (!wasThere) this.added.push(key);
    this.counts.count += 1;
    this.counts.sizeBytes += stored.sizeBytes;
    return stored.sizeBytes;
  }

  /** Takes back what was added. */
  async undo(): Promise<void> {
    for (const key of this.added.splice(0)) await this.to.remove(key).catch(() => undefined);
  }
}
