import { describe, expect, it } from 'vitest';
import { fuse, mergeNeighbours, type RankedChunk } from './index.js';

describe('fuse', () => {
  const list = (...scores: [string, number][]) => scores.map(([id, score]) => ({ id, score }));

  it('ranks what both legs find above what one leg finds first', () => {
    const legs = [{ ranked: list(['a', 10], ['b', 8], ['c', 0]), weight: 0.5 }, { ranked: list(['d', 0.9], ['b', 0.88], ['e', 0.8]), weight: 0.5 }];
    expect(fuse(legs).map(({ id }) => id)[0]).toBe('b');
  });

  it('hears a leg that is sure of its first louder than one whose hits are all alike', () => {
    const sure = list(['a', 20], ['b', 5], ['c', 4]);
    const vague = list(['b', 0.801], ['c', 0.8008], ['a', 0.8]);
    expect(fuse([{ ranked: sure, weight: 0.7, absentScore: 0 }, { ranked: vague, weight: 0.3 }])[0]!.id).toBe('a');
  });

  it('lets a leg count less', () => {
    const legs = (first: number, second: number) => [{ ranked: list(['a', 1], ['x', 0]), weight: first }, { ranked: list(['b', 1], ['x', 0]), weight: second }];
    expect(fuse(legs(1, 0.5)).map(({ id }) => id)).toEqual(['a', 'b', 'x']);
    expect(fuse(legs(0.5, 1)).map(({ id }) => id)).toEqual(['b', 'a', 'x']);
  });

  it('gives the only hit of a leg all that the leg has to give, and nothing for an empty leg', () => {
    expect(fuse([{ ranked: list(['a', 3]), weight: 0.7, absentScore: 0 }, { ranked: [], weight: 0.3 }])).toEqual([{ id: 'a', score: 0.7 }]);
    expect(fuse([{ ranked: list(['a', 0.8]), weight: 0.3 }])).toEqual([{ id: 'a', score: 0.3 }]);
  });
});

describe('mergeNeighbours', () => {
  const hit = (documentId: string, ordinal: number, score: number): RankedChunk => ({ documentId, ordinal, start: ordinal * 10, end: ordinal * 10 + 9, score });

  it('joins chunks that follow each other, at the place and with the score of the best', () => {
    const merged = mergeNeighbours([hit('a', 4, 3), hit('b', 1, 2), hit('a', 5, 1), hit('a', 3, 0.5)]);
    expect(merged.map(({ documentId, start, end, score }) => [documentId, start, end, score])).toEqual([['a', 30, 59, 3], ['b', 10, 19, 2]]);
    expect(merged[0]!.members.map(({ ordinal }) => ordinal)).toEqual([3, 4, 5]);
  });

  it('keeps apart what does not touch, what the caller forbids, and what would grow too long', () => {
    expect(mergeNeighbours([hit('a', 1, 2), hit('a', 3, 1)])).toHaveLength(2);
    expect(mergeNeighbours([hit('a', 1, 2), hit('a', 2, 1)], { joins: () => false })).toHaveLength(2);
    expect(mergeNeighbours([1, 2, 3, 4].map((ordinal) => hit('a', ordinal, 1)), { membersMax: 3 })).toHaveLength(2);
  });
});
