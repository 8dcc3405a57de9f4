/** Requests with fewer fresh tokens say more about overhead than about speed. */
const TOKENS_MIN = 48;
const WEIGHT_OF_NEWEST = 0.3;

/** Prompt tokens a second as a moving average. */
export class SpeedMeter {
  private average: number | null = null;

  record(tokens: number, durationMs: number): void {
    if (tokens < TOKENS_MIN || durationMs <= 0) return;
    const now = (tokens * 1_000) / durationMs;
    this.average = this.average === null ? now : this.average + WEIGHT_OF_NEWEST * (now - this.average);
  }

  /** A cautious figure until something was measured. */
  perSecond(): number {
    return this.average ?? 40;
  }
}
