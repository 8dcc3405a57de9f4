/** Holds back the end of a text while it may still become a stop string. */
export class StopText {
  private held = '';

  constructor(private readonly stops: readonly string[]) {}

  /** The text that may be shown, and whether a stop string was met. */
  add(fresh: string): { text: string; stopped: boolean } {
    this.held += fresh;
    const found = this.stops.map((stop) => this.held.indexOf(stop)).filter((at) => at >= 0);
    if (found.length > 0) return { text: this.held.slice(0, Math.min(...found)), stopped: true };
    const keep = Math.max(0, ...this.stops.map((stop) => overlap(this.held, stop)));
    const text = this.held.slice(0, this.held.length - keep);
    this.held = this.held.slice(this.held.length - keep);
    return { text, stopped: false };
  }

  rest(): string {
    return this.held;
  }
}

/** The length of the longest end of `text` that is a beginning of `stop`. */
function overlap(text: string, stop: string): number {
  for (let length = Math.min(stop.length - 1, text.length); length > 0; length -= 1) {
    if (stop.startsWith(text.slice(text.length - length))) return length;
  }
  return 0;
}
