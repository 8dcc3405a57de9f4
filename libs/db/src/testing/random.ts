/** A small generator of numbers that repeats itself for a seed (mulberry32), so that a failure can be run again. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  integer(below: number): number {
    return Math.floor(this.next() * below);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(values: readonly T[]): T {
    return values[this.integer(values.length)]!;
  }

  /** Each value with the given probability, and at least `least` of them. */
  some<T>(values: readonly T[], probability: number, least = 0): T[] {
    const chosen = values.filter(() => this.chance(probability));
    while (chosen.length < least) chosen.push(this.pick(values));
    return [...new Set(chosen)];
  }
}
