import { AppError } from '@kontor/kernel';
import type { Answer } from '../answer/answer.js';
import type { KontorApi } from '../http/kontor-api.js';
import type { State } from './state.js';

/** Holds the state and tells the element when it changed. */
export class Store {
  constructor(
    private current: State,
    readonly api: KontorApi,
    private readonly changed: () => void,
  ) {}

  get state(): State {
    return this.current;
  }

  update(patch: Partial<State>): void {
    this.current = { ...this.current, ...patch };
    this.changed();
  }

  patchAnswer(turnKey: string, change: (answer: Answer) => Answer): void {
    this.update({ turns: this.current.turns.map((turn) => (turn.key === turnKey ? { ...turn, answer: change(turn.answer) } : turn)) });
  }

  /** Shows what went wrong where the person looks; a sign-in that has ended leads back to the sign-in. */
  fail(thrown: unknown): void {
    const error = AppError.from(thrown, 'page.unexpected');
    const { session } = this.current;
    if (error.status === 401 && session !== null) this.update({ session: { ...session, person: null } });
    this.update({ problem: { code: error.code, detail: error.message } });
  }

  /** Runs work whose failure is the person's to know. */
  async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      this.fail(thrown);
    }
  }
}
