/** The sequences of a context, one for each constant beginning; a request waits for its own, and all run one at a time. */
export class SequencePool<Sequence> {
  private readonly byKey = new Map<string, Sequence>();
  private readonly free: Sequence[];
  private last: Promise<void> = Promise.resolve();
  private release: () => void = () => {};

  constructor(sequences: readonly Sequence[]) {
    this.free = [...sequences];
  }

  /** Waits for its turn; the key that was used longest ago gives its sequence to a new key. */
  async take(key: string, signal: AbortSignal): Promise<Sequence> {
    const before = this.last;
    let done = (): void => {};
    this.last = new Promise((resolve) => (done = resolve));
    await before;
    if (signal.aborted) {
      done();
      throw signal.reason;
    }
    this.release = done;
    const sequence = this.byKey.get(key) ?? this.free.pop() ?? this.oldest();
    this.byKey.delete(key);
    this.byKey.set(key, sequence);
    return sequence;
  }

  giveBack(key: string): void {
    if (key === 'warm-up') {
      this.free.push(this.byKey.get(key)!);
      this.byKey.delete(key);
    }
    this.release();
  }

  private oldest(): Sequence {
    const [key, sequence] = this.byKey.entries().next().value!;
    this.byKey.delete(key);
    return sequence;
  }
}
