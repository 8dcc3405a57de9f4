import type { StreamPart } from '@kontor/contracts';

const ANSWERS_REMEMBERED = 10;
/** Readers who leave before the end are forgotten. */
const ASKED_MAX = 200;

/** How long answers took lately, from the moment in which a worker began; from it follows how long a place in the queue lasts. */
export class AnswerPace {
  private readonly asked = new Map<string, number | null>();
  private durationsMs: number[] = [];

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Only answers that were just asked are timed: one that is read again comes all at once. */
  expect(answerId: string): void {
    this.asked.set(answerId, null);
    if (this.asked.size > ASKED_MAX) this.asked.delete(this.asked.keys().next().value!);
  }

  see(answerId: string, part: StreamPart): void {
    const begunMs = this.asked.get(answerId);
    if (begunMs === undefined) return;
    if (part.type === 'data-queue' && part.data.position === 0) this.asked.set(answerId, this.now());
    else if (part.type === 'finish' || part.type === 'abort' || part.type === 'error') {
      this.asked.delete(answerId);
      if (begunMs !== null) this.durationsMs = [...this.durationsMs, this.now() - begunMs].slice(-ANSWERS_REMEMBERED);
    }
  }

  /** Until so many answers are done, of which `slots` are written at the same time; null while none was timed. */
  estimateMs(answers: number, slots = 1): number | null {
    if (this.durationsMs.length === 0) return null;
    const mean = this.durationsMs.reduce((sum, one) => sum + one, 0) / this.durationsMs.length;
    return Math.round((mean * answers) / slots);
  }
}

/** How many of those ahead have to end before the next one begins: with a free slot none. */
export const answersUntilBegin = (ahead: number, slots: number): number => Math.max(0, ahead - slots + 1);
