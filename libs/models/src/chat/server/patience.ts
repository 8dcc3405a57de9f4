import { silent } from './server-errors.js';

/** Ends a request whose server sends nothing for too long. It does not count while the consumer is the one to act. */
export class Patience {
  readonly #own = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly signal: AbortSignal;

  constructor(private readonly caller: AbortSignal) {
    this.signal = AbortSignal.any([caller, this.#own.signal]);
  }

  wait(limitMs: number): void {
    this.pause();
    this.#timer = setTimeout(() => this.#own.abort(silent(limitMs)), limitMs);
  }

  pause(): void {
    clearTimeout(this.#timer);
  }

  /** Why it ended: the caller's reason, the limit, or what was thrown. */
  reason(thrown: unknown): unknown {
    if (this.caller.aborted) return this.caller.reason;
    return this.#own.signal.aborted ? this.#own.signal.reason : thrown;
  }

  /** Closes the connection, so that the server stops writing for nobody. */
  end(): void {
    this.pause();
    this.#own.abort();
  }
}
