import type { Feedback, FeedbackVerdict } from '@kontor/contracts';
import type { Turn } from '../answer/answer.js';
import type { Store } from './store.js';

/** What the person says of answers, and what administrators read of it. */
export class Feedbacks {
  constructor(private readonly store: Store) {}

  /** Keeps the verdict at once and asks why where it was of no help; the same once more takes it back. */
  async judge(turn: Turn, verdict: FeedbackVerdict): Promise<void> {
    if (turn.answer.feedback?.verdict === verdict) return this.takeBack(turn);
    await this.give(turn, { verdict, reason: null, remark: null, withQuestion: false }, verdict === 'unhelpful' ? 'form' : 'thanks');
  }

  explain(turn: Turn, why: Omit<Feedback, 'verdict'>): Promise<void> {
    return this.give(turn, { verdict: 'unhelpful', ...why }, 'thanks');
  }

  /** Leaves the verdict without a reason. */
  close(): void {
    this.store.update({ judging: null });
  }

  /** The page of the administrators. */
  async show(): Promise<void> {
    this.store.update({ view: 'feedback', drawerOpen: false, document: null, problem: null });
    await this.store.attempt(async () => this.store.update({ feedback: await this.store.api.feedback() }));
  }

  private async give({ key, answer: { messageId } }: Turn, feedback: Feedback, step: 'form' | 'thanks'): Promise<void> {
    await this.store.attempt(async () => {
      await this.store.api.giveFeedback(messageId!, feedback);
      this.store.patchAnswer(key, (answer) => ({ ...answer, feedback }));
      this.store.update({ judging: { turn: key, step }, problem: null });
    });
  }

  private async takeBack({ key, answer: { messageId } }: Turn): Promise<void> {
    await this.store.attempt(async () => {
      await this.store.api.takeBackFeedback(messageId!);
      this.store.patchAnswer(key, (answer) => ({ ...answer, feedback: null }));
      this.store.update({ judging: null, problem: null });
    });
  }
}
