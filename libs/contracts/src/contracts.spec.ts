import { describe, expect, it } from 'vitest';
import { AccessFile, Question, QUESTION_UNITS_MAX, UsersFile, jobs } from './index.js';

describe('AccessFile', () => {
  it('refuses a rule with an unknown group and names prefix and group, so that a typo opens nothing', () => {
    const result = AccessFile.safeParse({ groups: ['everyone'], prefixes: { 'pay/': ['hr'] } });
    expect(result.success).toBe(false);
    expect(result.error!.issues[0]).toMatchObject({ path: ['prefixes', 'pay/'] });
    expect(result.error!.issues[0]!.message).toContain('"hr"');
  });

  it('refuses a rule without groups: nobody is no group', () => {
    expect(AccessFile.safeParse({ groups: ['everyone'], prefixes: { '': [] } }).success).toBe(false);
  });
});

describe('UsersFile', () => {
  it('reads people without a name', () => {
    expect(UsersFile.parse({ users: [{ id: 'u', groups: [] }] }).implicit_groups).toEqual([]);
  });
});

describe('Question', () => {
  it('drops control and invisible characters', () => {
    expect(Question.parse('\u0000How\u200b many\n days?\u0007 ')).toBe('How many days?');
  });

  it('refuses what is empty once they are dropped, and what is too long', () => {
    expect(Question.safeParse('\u0001 \n').success).toBe(false);
    expect(Question.safeParse('x'.repeat(QUESTION_UNITS_MAX + 1)).success).toBe(false);
  });
});

describe('jobs', () => {
  it('never runs an answer twice by itself', () => {
    expect(jobs['answer.generate']).toMatchObject({ attempts: 1, stalledMax: 0 });
  });
});
