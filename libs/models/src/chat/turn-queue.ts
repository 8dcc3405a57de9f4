/** Lets so many callers through at a time, in the order in which they came. */
export class TurnQueue {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(parallelMax = 1) {
    this.#free = parallelMax;
  }

  /** Resolves when it is the caller's turn, with the function that ends it. Rejects at once where it is aborted. */
  async enter(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#free > 0) this.#free -= 1;
    else await this.#wait(signal);
    return () => this.#leave();
  }

  #wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const go = (): void => {
        signal.removeEventListener('abort', abort);
        resolve();
      };
      const abort = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(go), 1);
        reject(signal.reason);
      };
      signal.addEventListener('abort', abort, { once: true });
      this.#waiting.push(go);
    });
  }

  /** Hands the turn on without a gap, so that nobody slips in before the one who waits. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }
}
