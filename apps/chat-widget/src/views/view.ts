import type { Actions } from '../state/actions.js';
import type { State } from '../state/state.js';
import type { Texts } from '../texts/index.js';

/** What every view is given: what to show, in which words, what a click does. */
export interface View {
  state: State;
  texts: Texts;
  actions: Actions;
  nowMs: number;
}
