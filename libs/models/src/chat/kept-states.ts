/** A few places for state, by key. A new key takes the place of the one that was used longest ago. */
export class KeptStates<State> {
  readonly #byKey = new Map<string, State>();
  readonly #free: State[];

  constructor(states: readonly State[]) {
    this.#free = [...states];
  }

  /** The key's own state, or another one, whose content then simply does not fit. */
  take(key: string): State {
    const state = this.#byKey.get(key) ?? this.#free.pop() ?? this.#oldest();
    this.#byKey.delete(key);
    this.#byKey.set(key, state);
    return state;
  }

  #oldest(): State {
    const [key, state] = this.#byKey.entries().next().value!;
    this.#byKey.delete(key);
    return state;
  }
}
