import { describe, expect, it } from 'vitest';
import type { Session } from '@kontor/contracts';
import { isSettled } from './session-watch.js';

const session = (over: Partial<Session>): Session => ({
  person: { id: 'a', name: 'A', administrator: false }, demo: true, people: [{ id: 'a', name: 'A' }], corpora: [{ name: 'c', documents: 1 }], capabilities: [], ...over,
});
const chat = (state: string, ready = false) => [{ name: 'chat' as const, model: null, ready, state, mend: null }];

describe('isSettled', () => {
  it('asks again while the people of the demo are still being read, so that its first page is not empty for ever', () => {
    expect(isSettled(session({ person: null, people: [] }))).toBe(false);
    expect(isSettled(session({ person: null }))).toBe(true);
  });

  it('asks again until there is something to read', () => {
    expect(isSettled(session({ corpora: [] }))).toBe(false);
  });

  it('waits for a model that loads, but not for one that somebody has to fetch', () => {
    expect(isSettled(session({ capabilities: chat('loading') }))).toBe(false);
    expect(isSettled(session({ capabilities: chat('no source of models is reached') }))).toBe(true);
    expect(isSettled(session({ capabilities: chat('ready', true) }))).toBe(true);
  });

  it('does not ask for people where there is no demo', () => {
    expect(isSettled(session({ person: null, demo: false, people: [] }))).toBe(true);
  });
});
