import type { KontorEvent } from '@kontor/contracts';
import type { OutboxReader } from '../outbox-relay.js';

/** Keeps rows as the table does: what is marked stays out of the next read. */
export class MemoryOutbox implements OutboxReader {
  readonly rows: KontorEvent[] = [];
  readonly removals: number[] = [];

  waiting(limit: number): Promise<KontorEvent[]> {
    return Promise.resolve(this.rows.slice(0, limit));
  }

  markPublished(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.rows.splice(this.rows.findIndex((row) => row.id === id), 1);
    return Promise.resolve();
  }

  removePublished(olderThanMs: number): Promise<void> {
    this.removals.push(olderThanMs);
    return Promise.resolve();
  }
}
