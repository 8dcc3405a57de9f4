import { isRunning } from './answer/answer.js';
import type { State } from './state/state.js';

const runs = (state: State): boolean => state.turns.some((turn) => isRunning(turn.answer));

/** Puts the keyboard where a change of the page leads, and back where it came from. */
export class Focus {
  private opener: HTMLElement | null = null;

  constructor(private readonly root: ShadowRoot) {}

  /** Before the change is drawn: what had the focus may be gone afterwards. */
  before(previous: State, state: State): void {
    if (previous.document === null && state.document !== null) this.opener = this.root.activeElement as HTMLElement | null;
  }

  after(previous: State, state: State): void {
    if (previous.document?.passage == null && state.document?.passage != null) this.move('#document-title');
    else if (previous.document !== null && state.document === null) this.back();
    else if (!previous.drawerOpen && state.drawerOpen) this.move('.sidebar .icon-button');
    else if (previous.drawerOpen && !state.drawerOpen) this.move('#menu');
    else if (previous.removing !== state.removing && state.removing !== null) this.move('.removing button');
    else if (this.askingBegins(previous, state) && state.width !== 'narrow') this.move('#ask');
  }

  private askingBegins(previous: State, state: State): boolean {
    if (state.session?.person == null || state.view !== 'chat') return false;
    const entered = previous.session?.person == null || (previous.conversation !== null && state.conversation === null);
    // The button to send becomes the one to stop and back again, and takes the focus with it when it goes.
    return entered || (runs(previous) !== runs(state) && this.root.activeElement === null);
  }

  private back(): void {
    if (this.opener?.isConnected === true) this.opener.focus();
    else this.move('#ask');
    this.opener = null;
  }

  private move(selector: string): void {
    this.root.querySelector<HTMLElement>(selector)?.focus({ preventScroll: true });
  }
}
