import type { Session } from '@kontor/contracts';
import type { Language } from '../texts/index.js';
import { Conversations } from './conversations.js';
import { Documents } from './documents.js';
import { Feedbacks } from './feedback.js';
import { Imports } from './imports.js';
import { SessionWatch } from './session-watch.js';
import { rememberLanguage, rememberTheme } from './preferences.js';
import { initialState, type Theme } from './state.js';
import type { Store } from './store.js';

/** All that a person can do on the page. */
export class Actions {
  readonly conversations: Conversations;
  readonly documents: Documents;
  readonly feedback: Feedbacks;
  readonly imports: Imports;
  private readonly watch: SessionWatch;

  constructor(
    readonly store: Store,
    private readonly wanted: () => string | null,
  ) {
    this.conversations = new Conversations(store);
    this.documents = new Documents(store);
    this.feedback = new Feedbacks(store);
    this.watch = new SessionWatch(store);
    this.imports = new Imports(store, () => this.refreshSession());
  }

  /** Loads what the page needs. Which conversation to open is asked last: the hosting page may say so only once the element is there. */
  async start(): Promise<void> {
    await this.store.attempt(async () => {
      this.store.update({ session: await this.store.api.session(), problem: null });
      await this.enter(this.wanted());
    });
  }

  async signIn(person: string): Promise<void> {
    await this.store.attempt(async () => {
      this.begin(await this.store.api.signIn(person));
      await this.enter(null);
    });
  }

  async signOut(): Promise<void> {
    this.close();
    await this.store.attempt(async () => {
      await this.store.api.signOut();
      this.begin(await this.store.api.session());
      this.watch.schedule();
    });
  }

  setLanguage(language: Language): void {
    rememberLanguage(language);
    this.store.update({ language });
  }

  setTheme(theme: Theme): void {
    rememberTheme(theme);
    this.store.update({ theme });
  }

  /** Ends what runs in the background. */
  close(): void {
    this.conversations.answers.leave();
    this.imports.close();
    this.watch.close();
  }

  /** Nothing of one person may be left on the page when the next one sits down. */
  private begin(session: Session): void {
    const { language, theme, width } = this.store.state;
    this.store.update({ ...initialState(language, theme), width, session });
  }

  private async enter(conversation: string | null): Promise<void> {
    this.watch.schedule();
    if (this.store.state.session?.person === null) return;
    await this.conversations.list();
    if (conversation !== null) await this.conversations.open(conversation);
  }

  private async refreshSession(): Promise<void> {
    this.store.update({ session: await this.store.api.session() });
  }
}
