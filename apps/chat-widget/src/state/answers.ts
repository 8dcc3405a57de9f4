import { AppError, newId } from '@kontor/kernel';
import type { Conversation } from '@kontor/contracts';
import { applyPart, emptyAnswer, isRunning, type Turn } from '../answer/answer.js';
import { newTrace, type Trace } from '../http/trace.js';
import { followAnswer } from '../stream/follow.js';
import type { Store } from './store.js';

/** Asks, follows the answer's stream, stops it. One answer is followed at a time: the one in view. */
export class Answers {
  private following: AbortController | null = null;

  constructor(
    private readonly store: Store,
    /** Shows what the server stored, for the case that the stream can no longer be followed. */
    private readonly reload: (conversation: string, resume: boolean) => Promise<void>,
    private readonly conversationCreated: (conversation: Conversation) => void,
  ) {}

  get running(): Turn | null {
    const turn = this.store.state.turns.at(-1);
    return turn !== undefined && isRunning(turn.answer) ? turn : null;
  }

  async ask(question: string): Promise<void> {
    if (question.trim() === '' || this.running !== null) return;
    const [signal, trace] = [this.begin(), newTrace()];
    const turn: Turn = { key: newId(), question, askedAtMs: Date.now(), answer: emptyAnswer() };
    this.store.update({ turns: [...this.store.state.turns, turn], liveTurn: turn.key, draft: '', problem: null });
    try {
      const conversation = this.store.state.conversation ?? (await this.create(question));
      signal.throwIfAborted();
      const response = await this.store.api.ask(conversation.id, question, signal, trace);
      await this.follow(turn.key, response, signal, trace);
    } catch (thrown) {
      if (signal.aborted) return;
      // The question goes back into the box: nothing that a person wrote is lost.
      this.store.update({ turns: this.store.state.turns.filter((other) => other.key !== turn.key), draft: question });
      this.store.fail(thrown);
    }
  }

  /** Follows an answer that was running before the page was loaded. */
  async resume(turn: Turn): Promise<void> {
    const signal = this.begin();
    this.store.update({ liveTurn: turn.key });
    await this.follow(turn.key, null, signal, newTrace());
  }

  async stop(): Promise<void> {
    const id = this.running?.answer.messageId ?? null;
    if (id === null) {
      const key = this.running?.key;
      this.leave();
      if (key !== undefined) this.store.patchAnswer(key, (answer) => ({ ...answer, status: 'stopped' }));
      return;
    }
    this.store.update({ stopping: true });
    await this.store.attempt(() => this.store.api.stop(id));
  }

  /** Looks away from the answer; it goes on at the server and can be followed again. */
  leave(): void {
    this.following?.abort();
    this.following = null;
    this.store.update({ stopping: false, connectionLive: true });
  }

  private begin(): AbortSignal {
    this.leave();
    this.following = new AbortController();
    return this.following.signal;
  }

  private async create(question: string): Promise<Conversation> {
    const conversation = await this.store.api.createConversation(this.store.state.corpus);
    // The server names a conversation after its first question, which it has not been sent yet.
    this.conversationCreated({ ...conversation, title: conversation.title || question });
    return conversation;
  }

  private async follow(key: string, response: Response | null, signal: AbortSignal, trace: Trace): Promise<void> {
    const { store } = this;
    const messageId = () => store.state.turns.find((turn) => turn.key === key)?.answer.messageId ?? null;
    try {
      const outcome = await followAnswer({
        response,
        resume: (last) => {
          const id = messageId();
          return id === null ? null : store.api.resume(id, last, signal, trace);
        },
        onPart: (part) => store.patchAnswer(key, (answer) => applyPart(answer, part)),
        onConnection: (live) => store.update({ connectionLive: live }),
        signal,
      });
      store.update({ stopping: false, connectionLive: true });
      const conversation = store.state.conversation;
      // Only an answer whose id is unknown may be looked for again, else a lost stream would be asked for without end.
      if (outcome === 'gone' && conversation !== null) await this.reload(conversation.id, messageId() === null);
    } catch (thrown) {
      if (signal.aborted) return;
      const { code, message } = AppError.from(thrown);
      store.update({ stopping: false, connectionLive: true });
      store.patchAnswer(key, (answer) => ({ ...answer, status: 'failed', problem: { code, detail: message } }));
    }
  }
}
