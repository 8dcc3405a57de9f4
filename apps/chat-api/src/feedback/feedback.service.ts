import { Inject, Injectable } from '@nestjs/common';
import type { Feedback, Scope } from '@kontor/contracts';
import { feedback } from '@kontor/db';
import { AppError } from '@kontor/kernel';
import { count } from '@kontor/observability';
import { answerUnknown } from '../answers/answers.service.js';
import { CHAT_API_PORTS, type ChatApiPorts } from '../ports.js';

/** What a person says of an answer to them; of other people's answers there is nothing to say. */
@Injectable()
export class FeedbackService {
  constructor(@Inject(CHAT_API_PORTS) private readonly ports: Pick<ChatApiPorts, 'database'>) {}

  async give(scope: Scope, answerId: string, given: Feedback): Promise<void> {
    const kept = await this.ports.database.person(scope, (tx) => feedback.giveFeedback(tx, answerId, given));
    if (kept === null) throw answerUnknown();
    if (!kept) throw new AppError('feedback.early', { status: 409, message: 'The answer is still being written. Wait for its end.' });
    count('kontor_feedback_total', { verdict: given.verdict });
  }

  /** Where there is none, there is nothing to take back. */
  async takeBack(scope: Scope, answerId: string): Promise<void> {
    const taken = await this.ports.database.person(scope, (tx) => feedback.takeBackFeedback(tx, answerId));
    if (taken === null) throw answerUnknown();
  }
}
