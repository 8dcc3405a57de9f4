import { setTimeout as pause } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { AppError } from '@kontor/kernel';

/** An entry as Redis gives it: its id, and its fields with their values in a flat list. */
export type RawEntry = [id: string, fields: string[]];
export type Listener = (entries: readonly RawEntry[]) => void;

const BLOCK_MS = 5_000;
const ENTRIES_MAX = 500;
const RETRY_MS = 200;
/** A loop that came back less often than this hangs. */
const SILENCE_MS_MAX = 4 * BLOCK_MS;
const WAKE_TTL_SECONDS = 3_600;

interface Topic {
  /** The id of the last entry that was handed out. */
  position: string;
  listeners: Set<Listener>;
}

/**
 * Follows any number of Redis streams over one connection with `XREAD BLOCK`. A lost connection loses nothing, because
 * the next call names the same positions. A stream of its own wakes the call when there is one more to follow.
 */
export class Follower {
  private readonly topics = new Map<string, Topic>();
  private readonly wakeKey: string;
  private wakePosition = '0-0';
  private running = false;
  private closed = false;
  private seenMs = 0;

  constructor(
    private readonly connection: Redis,
    private readonly calls: Redis,
    prefix: string,
  ) {
    this.wakeKey = `${prefix}:wake:${crypto.randomUUID()}`;
  }

  get size(): number {
    return this.topics.size;
  }

  /**
   * Hands what comes after `from` to the listener.
   * @returns where the stream is followed from: elsewhere than at `from` where others follow it already
   */
  follow(key: string, from: string, listener: Listener): { position: string; stop: () => void } {
    const topic = this.topics.get(key) ?? { position: from, listeners: new Set() };
    if (topic.listeners.size === 0) {
      this.topics.set(key, topic);
      this.wake();
    }
    topic.listeners.add(listener);
    const stop = (): void => {
      topic.listeners.delete(listener);
      if (topic.listeners.size === 0 && this.topics.get(key) === topic) this.topics.delete(key);
    };
    return { position: topic.position, stop };
  }

  health(): void {
    const silentMs = performance.now() - this.seenMs;
    if (this.running && silentMs > SILENCE_MS_MAX) throw new AppError('stream.silent', { status: 503, message: `Redis has not answered a reader for ${Math.round(silentMs / 1_000)} s.` });
  }

  close(): void {
    this.closed = true;
    this.connection.disconnect();
  }

  private wake(): void {
    if (!this.running) {
      this.running = true;
      this.seenMs = performance.now();
      void this.run();
      return;
    }
    // Where the server is away, the call that waits has failed anyhow, and the next one names the new stream.
    this.calls.multi().xadd(this.wakeKey, 'MAXLEN', 1, '*', 'w', '1').expire(this.wakeKey, WAKE_TTL_SECONDS).exec().catch(() => undefined);
  }

  private async run(): Promise<void> {
    while (!this.closed && this.topics.size > 0) {
      const keys = [...this.topics.keys()];
      const positions = keys.map((key) => this.topics.get(key)!.position);
      try {
        const reply = await this.connection.xread('COUNT', ENTRIES_MAX, 'BLOCK', BLOCK_MS, 'STREAMS', this.wakeKey, ...keys, this.wakePosition, ...positions);
        this.seenMs = performance.now();
        for (const [key, entries] of reply ?? []) this.deliver(key, entries);
      } catch {
        // The connection logs its own errors, and comes back by itself.
        await pause(RETRY_MS);
      }
    }
    this.running = false;
  }

  private deliver(key: string, entries: RawEntry[]): void {
    const last = entries.at(-1)?.[0];
    if (last === undefined) return;
    if (key === this.wakeKey) {
      this.wakePosition = last;
      return;
    }
    const topic = this.topics.get(key);
    if (!topic) return;
    topic.position = last;
    for (const listener of [...topic.listeners]) listener(entries);
  }
}
