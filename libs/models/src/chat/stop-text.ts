/** Holds back the end of a text while it may still become a stop string. */
export class StopText {
  #held = '';

  constructor(private readonly stops: readonly string[]) {}

  /** The text that may be shown now, and whether a stop string was met. */
  add(fresh: string): { text: string; stopped: boolean } {
    const text = this.#held + fresh;
    const found = this.stops.map((stop) => text.indexOf(stop)).filter((at) => at >= 0);
    if (found.length > 0) {
      this.#held = '';
      return { text: text.slice(0, Math.min(...found)), stopped: true };
    }
    const keep = Math.max(0, ...this.stops.map((stop) => overlap(text, stop)));
    this.#held = text.slice(text.length - keep);
    return { text: text.slice(0, text.length - keep), stopped: false };
  }

  /** What was held back and became no stop string after all. */
  rest(): string {
    return this.#held;
  }
}

/** The length of the longest end of `text` that is a beginning of `stop`. */
function overlap(text: string, stop: string): number {
  for (let length = Math.min(stop.length - 1, text.length); length > 0; length -= 1) {
    if (text.endsWith(stop.slice(0, length))) return length;
  }
  return 0;
}
