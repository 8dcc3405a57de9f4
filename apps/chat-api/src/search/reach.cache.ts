import { Injectable } from '@nestjs/common';
import { byIndex, type PersonTx } from '@kontor/db';

const KEPT_MS = 60_000;
const KEPT_MAX = 10_000;

/** How much of each corpus somebody may read. */
export type Reaches = ReadonlyMap<string, byIndex.Reach>;

/**
 * Counting takes longer than many a search, so a count is kept for a minute, for all who have the same access sets. It
 * only chooses between two ways to the same rows; what a person may read, each of them asks anew.
 */
@Injectable()
export class ReachCache {
  private readonly kept = new Map<string, { reach: byIndex.Reach; untilMs: number }>();

  async reachOf(tx: PersonTx, corpusIds: readonly string[]): Promise<Reaches> {
    const keyOf = (id: string): string => `${tx.scope.tenant}/${id}/${tx.aclIds.join(',')}`;
    const nowMs = performance.now();
    const unknown = corpusIds.filter((id) => !((this.kept.get(keyOf(id))?.untilMs ?? 0) > nowMs));
    if (unknown.length > 0) {
      if (this.kept.size > KEPT_MAX) this.kept.clear();
      for (const [id, reach] of await byIndex.reachOf(tx, unknown)) this.kept.set(keyOf(id), { reach, untilMs: nowMs + KEPT_MS });
    }
    return new Map(corpusIds.map((id) => [id, this.kept.get(keyOf(id))!.reach]));
  }

  /** Of everybody, for other rules of the corpus hold now. */
  forget(tenant: string, corpusId: string): void {
    for (const key of this.kept.keys()) if (key.startsWith(`${tenant}/${corpusId}/`)) this.kept.delete(key);
  }
}
