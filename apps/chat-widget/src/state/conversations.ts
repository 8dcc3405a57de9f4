import type { Conversation } from '@kontor/contracts';
import { isRunning, turnsOf } from '../answer/answer.js';
import { Answers } from './answers.js';
import type { Store } from './store.js';

/** The list of conversations and the one in view. */
export class Conversations {
  readonly answers: Answers;

  constructor(private readonly store: Store) {
    this.answers = new Answers(
      store,
      (id, resume) => this.show(id, resume),
      (conversation) => this.created(conversation),
    );
  }

  async list(): Promise<void> {
    await this.store.attempt(async () => {
      const conversations = await this.store.api.conversations();
      const current = this.store.state.conversation;
      // A conversation gets its title from its first question, after the page has opened it.
      const conversation = conversations.find(({ id }) => id === current?.id) ?? current;
      this.store.update({ conversations, conversation });
    });
  }

  startNew(): void {
    this.answers.leave();
    this.store.update({ conversation: null, turns: [], view: 'chat', drawerOpen: false, document: null, judging: null, problem: null, removing: null });
  }

  async open(id: string): Promise<void> {
    if (this.store.state.conversation?.id === id) {
      this.store.update({ view: 'chat', drawerOpen: false });
      return;
    }
    this.answers.leave();
    this.store.update({ view: 'chat', drawerOpen: false, document: null, judging: null, problem: null, removing: null });
    await this.store.attempt(() => this.show(id, true));
  }

  async ask(question: string): Promise<void> {
    await this.answers.ask(question);
    await this.list();
  }

  async remove(id: string): Promise<void> {
    await this.store.attempt(async () => {
      await this.store.api.deleteConversation(id);
      if (this.store.state.conversation?.id === id) this.startNew();
      this.store.update({ conversations: this.store.state.conversations.filter((other) => other.id !== id), removing: null });
    });
  }

  private created(conversation: Conversation): void {
    this.store.update({ conversation, conversations: [conversation, ...this.store.state.conversations] });
  }

  private async show(id: string, resume: boolean): Promise<void> {
    const { conversation, messages } = await this.store.api.conversation(id);
    const turns = turnsOf(messages);
    const last = turns.at(-1);
    const runs = last !== undefined && isRunning(last.answer);
    if (runs && !resume) turns[turns.length - 1] = { ...last, answer: { ...last.answer, status: 'failed', problem: { code: 'stream.gone', detail: '' } } };
    this.store.update({ conversation, turns });
    if (runs && resume) await this.answers.resume(last);
  }
}
