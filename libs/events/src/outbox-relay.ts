import type { KontorEvent } from '@kontor/contracts';
import { count, type Logger, silentLogger, withCorrelation } from '@kontor/observability';
import type { EventBus } from './event-bus.js';

/** Where events wait that were written in the transaction of the change they announce. */
export interface OutboxReader {
  /** The oldest that were not published yet, in order. */
  waiting(limit: number): Promise<KontorEvent[]>;
  markPublished(ids: readonly string[]): Promise<void>;
  /** Deletes what was published longer ago than that. */
  removePublished(olderThanMs: number): Promise<void>;
}

export interface RelayOptions {
  logger?: Logger;
  /** How often to look; `poke` does not wait for it. */
  intervalMs?: number;
  /** After so many failures an event is given up: logged, and out of the way of those behind it. */
  attemptsMax?: number;
  /** How long a published event is kept, for whoever wants to see what went out. */
  keptMs?: number;
}

export interface OutboxRelay {
  /** Call after a commit that announced something, so that nobody waits for the next look. */
  poke(): void;
  /** Lets the round under way finish. */
  close(): Promise<void>;
}

const BATCH_MAX = 100;
const INTERVAL_MS = 1_000;
const ATTEMPTS_MAX = 10;
const KEPT_MS = 86_400_000;
const REMOVE_EVERY_MS = 3_600_000;

class Relay implements OutboxRelay {
  private readonly attempts = new Map<string, number>();
  private readonly logger: Logger;
  private readonly timer: NodeJS.Timeout;
  private round: Promise<void> = Promise.resolve();
  private queued = false;
  private closed = false;
  private removedAtMs = -Infinity;

  constructor(
    private readonly outbox: OutboxReader,
    private readonly bus: EventBus,
    private readonly options: RelayOptions,
  ) {
    this.logger = options.logger ?? silentLogger;
    this.timer = setInterval(() => this.poke(), options.intervalMs ?? INTERVAL_MS);
  }

  poke(): void {
    if (this.queued || this.closed) return;
    this.queued = true;
    this.round = this.round.then(async () => {
      this.queued = false;
      await this.drain()
        .then(() => this.removeOld())
        .catch((thrown: unknown) => this.logger.error({ err: thrown }, 'outbox could not be read'));
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    clearInterval(this.timer);
    await this.round;
  }

  private async drain(): Promise<void> {
    for (let full = true; full && !this.closed; ) {
      const batch = await this.outbox.waiting(BATCH_MAX);
      const done = await this.publishAll(batch);
      if (done.length > 0) await this.outbox.markPublished(done);
      // Without progress the next look is a matter of time, not of speed.
      full = batch.length === BATCH_MAX && done.length > 0;
    }
  }

  private async removeOld(): Promise<void> {
    if (performance.now() - this.removedAtMs < REMOVE_EVERY_MS) return;
    await this.outbox.removePublished(this.options.keptMs ?? KEPT_MS);
    this.removedAtMs = performance.now();
  }

  private async publishAll(batch: readonly KontorEvent[]): Promise<string[]> {
    const done: string[] = [];
    const heldBack = new Set<string>();
    for (const event of batch) {
      // Behind an event that failed, its aggregate waits: later events must not overtake it.
      if (heldBack.has(event.aggregate)) continue;
      if (await this.publish(event)) done.push(event.id);
      else heldBack.add(event.aggregate);
    }
    return done;
  }

  private async publish(event: KontorEvent): Promise<boolean> {
    try {
      await withCorrelation(event.id, () => this.bus.publish(event));
      this.attempts.delete(event.id);
      return true;
    } catch (thrown) {
      const attempt = (this.attempts.get(event.id) ?? 0) + 1;
      const final = attempt >= (this.options.attemptsMax ?? ATTEMPTS_MAX);
      this.logger[final ? 'error' : 'warn']({ event: event.type, id: event.id, attempt, final, err: thrown }, 'event not delivered');
      if (final) {
        this.attempts.delete(event.id);
        count('kontor_events_put_aside_total', { type: event.type });
      } else this.attempts.set(event.id, attempt);
      return final;
    }
  }
}

/**
 * Moves events from the outbox to the bus until it is closed.
 *
 * @example const relay = startOutboxRelay(outbox, bus, { logger }); … relay.poke();
 */
export function startOutboxRelay(outbox: OutboxReader, bus: EventBus, options: RelayOptions = {}): OutboxRelay {
  return new Relay(outbox, bus, options);
}
