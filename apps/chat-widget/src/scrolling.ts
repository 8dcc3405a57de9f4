import type { State } from './state/state.js';

/** So near to the end a reader follows what is being written. */
const FOLLOW_PX = 64;

/** Keeps the reader's place: at the end of a growing answer, at the passage of a document while text is added around it. */
export class Scrolling {
  private follows = true;
  private markTopPx: number | null = null;
  private opener: Element | null = null;

  constructor(private readonly root: ShadowRoot) {}

  before(previous: State, state: State): void {
    const thread = this.root.querySelector('#thread');
    if (thread !== null) this.follows = thread.scrollHeight - thread.scrollTop - thread.clientHeight < FOLLOW_PX;
    this.opener = previous.document === null && state.document !== null ? this.root.activeElement : null;
    const widened = previous.document?.passage != null && previous.document.passage !== state.document?.passage;
    this.markTopPx = widened ? this.topOfMark() : null;
  }

  after(previous: State, state: State): void {
    const entered = previous.conversation?.id !== state.conversation?.id || previous.turns.length < state.turns.length;
    const thread = this.root.querySelector('#thread');
    if (thread !== null && previous.turns !== state.turns && (entered || this.follows)) thread.scrollTop = thread.scrollHeight;
    // The conversation gets narrower beside a document, so its lines move: the sentence that was clicked stays in sight.
    this.opener?.scrollIntoView({ block: 'nearest' });
    const text = this.root.querySelector('#document-text');
    const top = this.topOfMark();
    if (text === null || top === null) return;
    if (this.markTopPx !== null) text.scrollTop += top - this.markTopPx;
    else if (previous.document?.passage == null) text.querySelector('mark')?.scrollIntoView({ block: 'center' });
  }

  private topOfMark(): number | null {
    return this.root.querySelector('#document-text mark')?.getBoundingClientRect().top ?? null;
  }
}
