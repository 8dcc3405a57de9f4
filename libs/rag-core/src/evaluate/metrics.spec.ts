import { describe, expect, it } from 'vitest';
import { factsFound, normalisedGain, quoteHit, reciprocalRank } from './index.js';

describe('factsFound', () => {
  it('does not take a number for part of another', () => {
    expect(factsFound('Es sind 15 % oder 1,5 %.', [['5 %']])).toEqual([false]);
    expect(factsFound('Es sind **5 %**.', [['5 %']])).toEqual([true]);
  });
});

describe('quoteHit', () => {
  it('collapses white space and accepts most of a quote, not a little of it', () => {
    expect(quoteHit('a  b\nc d e', 'b c')).toBe(true);
    expect(quoteHit('one two three four', 'two three four five')).toBe(true);
    expect(quoteHit('one two', 'two three four five six')).toBe(false);
  });
});

describe('ranks', () => {
  const hits = (relevant: boolean[]) => ({ relevant, foundAt: () => 1, needed: 1 });
  it('gives a first place everything and a later one less', () => {
    expect(reciprocalRank(hits([true]))).toBe(1);
    expect(reciprocalRank(hits([false, true]))).toBe(0.5);
    expect(normalisedGain(hits([true]))).toBe(1);
    expect(normalisedGain(hits([false, true]))).toBeLessThan(1);
  });
});
