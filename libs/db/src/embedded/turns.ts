import type { Lane } from '../engine.js';

/** After so many turns of people in a row, one of the background goes first. */
const PERSON_TURNS_MAX = 4;

/** Hands out the one session: first come, first served in each lane, people before imports, and neither starves. */
export class Turns {
  readonly #waiting: Record<Lane, (() => void)[]> = { person: [], background: [] };
  #taken = false;
  #personTurns = 0;

  /** Resolves when it is the caller's turn; the result gives the turn back. */
  async take(lane: Lane): Promise<() => void> {
    if (this.#taken) await new Promise<void>((resolve) => this.#waiting[lane].push(resolve));
    this.#taken = true;
    let given = false;
    return () => {
      if (given) return;
      given = true;
      this.#next();
    };
  }

  #next(): void {
    const { person, background } = this.#waiting;
    const peopleFirst = person.length > 0 && (background.length === 0 || this.#personTurns < PERSON_TURNS_MAX);
    this.#personTurns = peopleFirst ? this.#personTurns + 1 : 0;
    const next = (peopleFirst ? person : background).shift();
    // The turn passes on without becoming free, so that nobody slips in between.
    if (next) next();
    else this.#taken = false;
  }
}
