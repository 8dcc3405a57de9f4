import { setTimeout as sleep } from 'node:timers/promises';
import { outbox, type Database, type OutboxLag } from '@kontor/db';
import type { KafkaEventBus } from '@kontor/events';
import { AppError } from '@kontor/kernel';
import { count, type Logger } from '@kontor/observability';

export interface RelayPorts {
  tenant: string;
  database: Database;
  events: Pick<KafkaEventBus, 'publishAll'>;
  logger: Logger;
}

/** How much one round takes: enough to be quick, little enough that other relays find something to do. */
const CLAIM = { aggregatesMax: 16, eventsMax: 400 };
/** How soon to look again; while nothing comes, less and less often. */
const [LOOK_MS, LOOK_MS_MAX] = [250, 1_000];
const AFTER_FAILURE_MS = 2_000;
const REMOVE_EVERY_MS = 3_600_000;
const KEPT_MS = 86_400_000;
const LAG_MS_MAX = 60_000;

/**
 * Moves events from the outbox to the bus, beside any number of others. Each round holds its aggregates by locks of the
 * database until what it published is marked: whatever happens to the process, the next one publishes the same events
 * again, in the same order, and consumers know them by their ids. Nothing is given up while Kafka or the database is away.
 */
export class Relay {
  private readonly closing = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private removedAtMs = -Infinity;

  constructor(private readonly ports: RelayPorts) {}

  start(): void {
    this.running = this.run();
  }

  /** Lets the round under way finish. */
  async close(): Promise<void> {
    this.closing.abort();
    await this.running;
  }

  lag(): Promise<OutboxLag> {
    return this.ports.database.worker(this.ports.tenant, (tx) => outbox.readLag(tx));
  }

  /** For readiness. */
  async assertCurrent(): Promise<void> {
    const { waiting, oldestMs } = await this.lag();
    if (oldestMs > LAG_MS_MAX) throw new AppError('outbox.lag', { retry: 'later', message: `${waiting} events wait for Kafka, the oldest since ${Math.round(oldestMs / 1_000)} s.`, details: { waiting, oldestMs } });
  }

  /** Publishes what can be claimed now; returns how much that was. */
  round(): Promise<number> {
    const { database, events, tenant, logger } = this.ports;
    return database.worker(tenant, async (tx) => {
      const claimed = await outbox.claimEvents(tx, CLAIM);
      if (claimed.length === 0) return 0;
      const refused = await events.publishAll(claimed);
      for (const [id, error] of refused) {
        logger.error({ id, code: error.code, err: error }, 'event refused');
        await outbox.refuseEvent(tx, id, error.code);
      }
      const published = claimed.filter(({ id }) => !refused.has(id));
      await outbox.markPublished(tx, published.map(({ id }) => id));
      for (const { type } of published) count('kontor_events_published_total', { type });
      return claimed.length;
    });
  }

  private async run(): Promise<void> {
    await this.trying(async () => {
      // What an earlier version or an earlier setting of a topic refused gets one more chance at each start.
      const again = await this.ports.database.worker(this.ports.tenant, (tx) => outbox.retryRefused(tx));
      if (again > 0) this.ports.logger.info({ events: again }, 'refused events wait again');
      return again;
    });
    for (let lookMs = LOOK_MS; !this.closing.signal.aborted; lookMs = Math.min(2 * lookMs, LOOK_MS_MAX)) {
      while (!this.closing.signal.aborted && (await this.trying(() => this.round())) > 0) lookMs = LOOK_MS;
      await this.trying(() => this.removeOld());
      await this.pause(lookMs);
    }
  }

  private async trying(work: () => Promise<number>): Promise<number> {
    try {
      return await work();
    } catch (thrown) {
      const error = AppError.from(thrown);
      this.ports.logger.warn({ code: error.code, err: error }, 'events wait');
      await this.pause(AFTER_FAILURE_MS);
      return 0;
    }
  }

  private async removeOld(): Promise<number> {
    if (performance.now() - this.removedAtMs < REMOVE_EVERY_MS) return 0;
    await this.ports.database.worker(this.ports.tenant, (tx) => outbox.removePublished(tx, KEPT_MS));
    this.removedAtMs = performance.now();
    return 0;
  }

  private async pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.closing.signal }).catch(() => undefined);
  }
}
