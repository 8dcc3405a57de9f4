import './no-eval.js';
import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { Focus } from './focus.js';
import { KontorApi } from './http/kontor-api.js';
import { Scrolling } from './scrolling.js';
import { Actions } from './state/actions.js';
import { rememberedLanguage, rememberedTheme } from './state/preferences.js';
import { hasDrawer, initialState, widthOf, type State } from './state/state.js';
import { Store } from './state/store.js';
import { answerTextStyles } from './styles/answer-text.js';
import { ask } from './styles/ask.js';
import { base } from './styles/base.js';
import { blocks } from './styles/blocks.js';
import { conversation } from './styles/conversation.js';
import { documentStyles } from './styles/document.js';
import { feedbackStyles } from './styles/feedback.js';
import { pages } from './styles/pages.js';
import { shell } from './styles/shell.js';
import { sources } from './styles/sources.js';
import { tokens } from './styles/tokens.js';
import { textsIn } from './texts/index.js';
import { conversationView } from './views/conversation.js';
import { documentPanel } from './views/document-panel.js';
import { feedbackPage } from './views/feedback-page.js';
import { sidebar } from './views/sidebar.js';
import { signIn } from './views/sign-in.js';
import { uploadsView } from './views/uploads.js';
import type { View } from './views/view.js';

const TICK_MS = 1_000;

/** What the element tells the page that hosts it, as the detail of a `kontor-change` event. */
export type KontorChange = Pick<State, 'language' | 'theme' | 'conversation'>;

/**
 * The chat as one element. It fills the box it is given and adapts to that box's width.
 *
 * @example <kontor-chat api="/api" conversation="0199…"></kontor-chat>
 */
export class KontorChat extends LitElement {
  static override styles = [tokens, base, shell, conversation, answerTextStyles, blocks, sources, ask, documentStyles, feedbackStyles, pages];
  static override properties = { api: { type: String }, conversation: { type: String } };

  /** Where the API is mounted. Read once, when the element enters the page. */
  declare api: string;
  /** The conversation to show; null or absent starts a new one. */
  declare conversation: string | null;

  private actions: Actions | null = null;
  private drawn: State | null = null;
  private focusing: Focus | null = null;
  private scrolling: Scrolling | null = null;
  private timer: ReturnType<typeof setInterval> | undefined;
  private readonly sizes = new ResizeObserver(([entry]) => {
    const width = widthOf(entry!.contentRect.width);
    if (this.actions !== null && width !== this.actions.store.state.width) this.actions.store.update({ width });
  });
  private readonly onEscape = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || this.actions === null) return;
    const { store, documents, feedback } = this.actions;
    if (store.state.drawerOpen) store.update({ drawerOpen: false });
    else if (store.state.judging?.step === 'form') feedback.close();
    else if (store.state.document !== null) documents.close();
  };

  constructor() {
    super();
    this.api = '/api';
    this.conversation = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const state = initialState(rememberedLanguage(), rememberedTheme());
    state.width = widthOf(this.clientWidth);
    this.actions = new Actions(new Store(state, new KontorApi(this.api), () => this.requestUpdate()), () => this.conversation);
    this.drawn = null;
    this.focusing = new Focus(this.shadowRoot!);
    this.scrolling = new Scrolling(this.shadowRoot!);
    this.sizes.observe(this);
    this.addEventListener('keydown', this.onEscape);
    void this.actions.start();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.sizes.disconnect();
    this.removeEventListener('keydown', this.onEscape);
    clearInterval(this.timer);
    this.actions?.close();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (this.actions === null) return;
    const { store, conversations } = this.actions;
    if (changed.has('conversation') && this.drawn?.session?.person != null && this.conversation !== (store.state.conversation?.id ?? null)) {
      if (this.conversation === null) conversations.startNew();
      else void conversations.open(this.conversation);
    }
    this.dataset['theme'] = store.state.theme;
    if (this.drawn !== null && this.drawn !== store.state) {
      this.focusing!.before(this.drawn, store.state);
      this.scrolling!.before(this.drawn, store.state);
    }
  }

  protected override updated(): void {
    if (this.actions === null) return;
    const { state } = this.actions.store;
    const before = this.drawn;
    this.drawn = state;
    if (before === state) return;
    if (before !== null) {
      this.scrolling!.after(before, state);
      this.focusing!.after(before, state);
    }
    this.tell(before, state);
    this.tick(this.actions.conversations.answers.running !== null);
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.actions === null) return nothing;
    const { state } = this.actions.store;
    const view: View = { state, texts: textsIn(state.language), actions: this.actions, nowMs: Date.now() };
    if (state.session === null || state.session.person === null) return html`<div lang=${state.language} data-width=${state.width}>${signIn(view)}</div>`;
    return this.shell(view);
  }

  private shell(view: View): TemplateResult {
    const { state, texts, actions } = view;
    const drawer = hasDrawer(state);
    const covered = (drawer && state.drawerOpen) || (state.width === 'narrow' && state.document !== null);
    return html`<div
      class="app"
      lang=${state.language}
      data-width=${state.width}
      data-drawer=${drawer ? (state.drawerOpen ? 'open' : 'closed') : nothing}
      data-document=${state.document === null ? nothing : ''}
    >
      <button class="skip" @click=${() => this.shadowRoot?.querySelector<HTMLElement>('#ask')?.focus()}>${texts.skipToQuestion}</button>
      ${sidebar(view)}
      ${drawer && state.drawerOpen ? html`<div class="backdrop" @click=${() => actions.store.update({ drawerOpen: false })}></div>` : nothing}
      <main class="main" ?inert=${covered}>${{ chat: conversationView, documents: uploadsView, feedback: feedbackPage }[state.view](view)}</main>
      ${state.document === null ? nothing : documentPanel(view, state.document)}
    </div>`;
  }

  private tell(before: State | null, state: State): void {
    const same = before !== null && before.language === state.language && before.theme === state.theme && before.conversation === state.conversation;
    if (same) return;
    const { language, theme, conversation: current } = state;
    this.dispatchEvent(new CustomEvent<KontorChange>('kontor-change', { detail: { language, theme, conversation: current }, bubbles: true, composed: true }));
  }

  /** Draws once a second while an answer runs: the time that it takes is shown. */
  private tick(running: boolean): void {
    if (running && this.timer === undefined) this.timer = setInterval(() => this.requestUpdate(), TICK_MS);
    if (running) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }
}

if (customElements.get('kontor-chat') === undefined) customElements.define('kontor-chat', KontorChat);
