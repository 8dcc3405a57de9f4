import { describe, expect, it } from 'vitest';
import { AccessFile, PassageRange, Question, QUESTION_UNITS_MAX, Session, Source, UsersFile, deadTopicOf, events, jobs, topicKindOf, topicName, topics } from './index.js';

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

describe('Session', () => {
  it('names the people of the demo and nothing else about them', () => {
    const people = [{ id: 'a', name: 'A', administrator: true, groups: ['hr'] }];
    const corpora = [{ id: 'c1', name: 'handbook', documents: 3, revision: 9 }];
    expect(Session.parse({ person: null, demo: true, people, corpora, capabilities: [] })).toMatchObject({ people: [{ id: 'a', name: 'A' }], corpora: [{ name: 'handbook', documents: 3 }] });
    expect(JSON.stringify(Session.parse({ person: null, demo: true, people, corpora, capabilities: [] }))).not.toMatch(/administrator|groups|revision/);
  });
});

describe('Source', () => {
  it('is a search hit with a number and without its text', () => {
    const hit = { documentId: 'd', corpus: 'c', path: 'p', title: 't', headingPath: [], page: null, text: 'secret', start: 0, end: 6, score: 1 };
    expect(Source.parse({ ...hit, ordinal: 1 })).not.toHaveProperty('text');
    expect(Source.safeParse(hit).success).toBe(false);
  });
});

describe('PassageRange', () => {
  it('reads numbers from an address, and takes the beginning where there are none', () => {
    expect(PassageRange.parse({ start: '12', end: '40' })).toEqual({ start: 12, end: 40 });
    expect(PassageRange.parse({})).toEqual({ start: 0, end: 0 });
    expect(PassageRange.safeParse({ start: '-1' }).success).toBe(false);
  });
});

describe('jobs', () => {
  it('never runs an answer twice by itself, but for one whose worker died before a word of it was seen', () => {
    expect(jobs['answer.generate']).toMatchObject({ attempts: 1, stalledMax: 1, untouchedOnly: true });
  });
});

describe('topics', () => {
  it('hold every event exactly once: one without a topic could not be published', () => {
    expect(Object.values(topics).flatMap(({ types }) => [...types]).sort()).toEqual(Object.keys(events).sort());
  });

  it('carry their version, and keep what happens to one aggregate together', () => {
    expect(topicName('kontor', topicKindOf('document.indexed'))).toBe('kontor.document.v1');
    expect(topicKindOf('document.removed')).toBe(topicKindOf('document.indexed'));
    expect(deadTopicOf(topicName('kontor', 'audit'))).toBe('kontor.audit.v1.dead');
  });
});
