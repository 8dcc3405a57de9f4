import type { RawEntry } from './follower.js';

/** A slow reader loses what it would have to keep beyond this, and fetches it from the server instead. */
const ENTRIES_MAX = 1_000;

/** What a follower found for one reader, who has not taken it yet. */
export class Inbox {
  private entries: RawEntry[] = [];
  private resume: (() => void) | undefined;

  readonly put = (entries: readonly RawEntry[]): void => {
    this.entries.push(...entries);
    if (this.entries.length > ENTRIES_MAX) this.entries = this.entries.slice(-1);
    this.resume?.();
  };

  /** What has come, waited for at most so long; empty where nothing came or the signal was given. */
  async take(waitMs: number, signal: AbortSignal): Promise<RawEntry[]> {
    if (this.entries.length === 0 && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', done);
          this.resume = undefined;
          resolve();
        };
        const timer = setTimeout(done, waitMs);
        signal.addEventListener('abort', done, { once: true });
        this.resume = done;
      });
    }
    return this.entries.splice(0);
  }
}
