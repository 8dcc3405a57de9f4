import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { conversations } from '@kontor/db';
import { AppError } from '@kontor/kernel';
import { failAnswer } from '../answers/fail-answer.js';
import { INFERENCE_PORTS, type InferencePorts } from '../ports.js';

const LOOK_EVERY_MS = 15_000;
/** Between storing a question and queueing it lies a moment; one that is older and in no queue was lost there. */
const AGE_MS_MIN = 30_000;

/**
 * Ends answers that stand open though no job writes them, because a process was killed between two steps or the queue
 * was away. Any number of workers may look: an answer ends once.
 */
@Injectable()
export class OpenAnswersService implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();
  /** Those whose age nobody knows, because a clock was set back: lost are they only where they are in no queue twice. */
  private doubted = new Set<string>();

  constructor(@Inject(INFERENCE_PORTS) private readonly ports: InferencePorts) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.looking = this.look().catch((thrown: unknown) => this.ports.logger.warn({ code: AppError.from(thrown).code }, 'open answers could not be looked through'));
    }, LOOK_EVERY_MS);
    this.timer.unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.looking;
  }

  async look(olderThanMs = AGE_MS_MIN): Promise<void> {
    const { database, queue, tenant } = this.ports;
    const open = await database.worker(tenant, (tx) => conversations.openAnswers(tx, olderThanMs));
    const doubtedBefore = this.doubted;
    this.doubted = new Set(open.filter(({ ahead }) => ahead).map(({ messageId }) => messageId));
    for (const { messageId, person, ahead } of open) {
      const state = await queue.state('answer.generate', `answer-${messageId}`);
      if (state === 'waiting' || state === 'active') this.doubted.delete(messageId);
      if (state === 'waiting' || state === 'active' || (ahead && !doubtedBefore.has(messageId))) continue;
      await failAnswer(this.ports, { tenant, person, messageId }, new AppError('answer.lost', { message: 'The answer was lost before it was written. Ask again.' }));
    }
  }
}
