import type { State } from './state/state.js';

/** So near to the end a reader follows what is being written. */
const FOLLOW_PX = 64;

/** Keeps the reader's place: at the end of a growing answer, at the passage of a document, at a line above which text was added. */
export class Scrolling {
  private follows = true;
  private belowPx: number | null = null;

  constructor(private readonly root: ShadowRoot) {}

  before(previous: State, state: State): void {
    const thread = this.root.querySelector('#thread');
    if (thread !== null) this.follows = thread.scrollHeight - thread.scrollTop - thread.clientHeight < FOLLOW_PX;
    const text = this.root.querySelector('#document-text');
    const earlier = previous.document?.passage?.textStart ?? 0;
    const added = state.document?.passage != null && state.document.passage.textStart < earlier;
    this.belowPx = added && text !== null ? text.scrollHeight - text.scrollTop : null;
  }

  after(previous: State, state: State): void {
    const entered = previous.conversation?.id !== state.conversation?.id || previous.turns.length < state.turns.length;
    if (previous.turns !== state.turns && (entered || this.follows)) this.toEnd('#thread');
    const text = this.root.querySelector('#document-text');
    if (text === null) return;
    if (previous.document?.passage == null && state.document?.passage != null) text.querySelector('mark')?.scrollIntoView({ block: 'center' });
    else if (this.belowPx !== null) text.scrollTop = text.scrollHeight - this.belowPx;
  }

  private toEnd(selector: string): void {
    const box = this.root.querySelector(selector);
    if (box !== null) box.scrollTop = box.scrollHeight;
  }
}
