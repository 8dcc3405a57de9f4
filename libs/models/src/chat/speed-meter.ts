/** Requests with fewer fresh tokens say more about overhead than about speed. */
const TOKENS_MIN = 48;
const WEIGHT_OF_NEWEST = 0.3;

/** Prompt tokens a second as a moving average. */
export class SpeedMeter {
  #average: number;

  constructor(firstTokensPerSecond: number) {
    this.#average = firstTokensPerSecond;
  }

  record(tokens: number, durationMs: number): void {
    if (tokens < TOKENS_MIN || durationMs <= 0) return;
    this.#average += WEIGHT_OF_NEWEST * ((tokens * 1_000) / durationMs - this.#average);
  }

  perSecond(): number {
    return this.#average;
  }
}
