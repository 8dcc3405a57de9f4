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
    // At the edge of the document the button that brought the rest of it is gone.
    else if (previous.document?.passage !== state.document?.passage && this.root.activeElement === null) this.move('#document-text');
    else if (previous.judging?.step !== state.judging?.step) this.afterJudging(state);
    else if (!previous.drawerOpen && state.drawerOpen) this.move('.sidebar .icon-button');
    else if (previous.drawerOpen && !state.drawerOpen) this.move('#menu');
    else if (previous.removing !== state.removing) this.afterRemoving(previous.removing, state.removing);
    else if (this.askingBegins(previous, state) && state.width !== 'narrow') this.move('#ask');
  }

  private afterRemoving(asked: string | null, asks: string | null): void {
    if (asks !== null) return this.move('.removing button');
    const kept = [...this.root.querySelectorAll<HTMLElement>('[data-conversation]')].find((button) => button.dataset['conversation'] === asked);
    if (kept === undefined) this.move('.new');
    else kept.focus();
  }

  private afterJudging({ judging }: State): void {
    if (judging?.step === 'form') this.root.querySelector('.judgement')?.scrollIntoView({ block: 'nearest' });
    // The form has gone, and with it the button that was pressed.
    else if (this.root.activeElement === null) this.move('.feedback [aria-pressed=true]');
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
