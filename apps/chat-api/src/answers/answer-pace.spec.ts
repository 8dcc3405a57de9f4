import { expect, it } from 'vitest';
import { answersUntilBegin, AnswerPace } from './answer-pace.js';

const BEGIN = { type: 'data-queue', data: { position: 0, estimateMs: null } } as const;
const END = { type: 'finish' } as const;

function timed(...durations: number[]): { pace: AnswerPace; tell: (answerId: string, ms: number) => void } {
  let nowMs = 0;
  const pace = new AnswerPace(() => nowMs);
  const tell = (answerId: string, ms: number): void => {
    pace.see(answerId, BEGIN);
    nowMs += ms;
    pace.see(answerId, END);
  };
  durations.forEach((ms, index) => {
    pace.expect(`answer-${index}`);
    tell(`answer-${index}`, ms);
  });
  return { pace, tell };
}

it('promises nothing before the first answer, and then as many answers as are ahead', () => {
  expect(timed().pace.estimateMs(2)).toBeNull();
  expect(timed(4_000, 8_000).pace.estimateMs(2)).toBe(12_000);
});

it('shares the wait among the slots of the model, and lets nobody wait while one is free', () => {
  const { pace } = timed(4_000, 8_000);
  expect(pace.estimateMs(8, 4)).toBe(12_000);
  expect([0, 3, 4, 9].map((ahead) => answersUntilBegin(ahead, 4))).toEqual([0, 0, 1, 6]);
  expect([0, 1, 2].map((ahead) => answersUntilBegin(ahead, 1))).toEqual([0, 1, 2]);
});

it('follows the machine: only the last answers count', () => {
  expect(timed(...Array.from({ length: 10 }, () => 60_000), ...Array.from({ length: 10 }, () => 1_000)).pace.estimateMs(1)).toBe(1_000);
});

it('takes no time from an answer that is read again, which comes all at once', () => {
  const { pace, tell } = timed(4_000);
  tell('answer-0', 1);
  tell('of-yesterday', 1);
  expect(pace.estimateMs(1)).toBe(4_000);
});
