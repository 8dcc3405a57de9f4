import { describe, expect, it } from 'vitest';
import { fuse, mergeNeighbours, type RankedChunk } from './index.js';

describe('fuse', () => {
  it('ranks what both legs find above what one leg finds first', () => {
    expect(fuse([['a', 'b', 'c'], ['d', 'b', 'e']]).map(({ id }) => id)[0]).toBe('b');
  });

  it('gives each place one over k plus the place', () => {
    expect(fuse([['a']], { k: 60 })).toEqual([{ id: 'a', score: 1 / 61 }]);
  });

  it('lets a leg count less', () => {
    expect(fuse([['a'], ['b']], { weights: [1, 0.5] }).map(({ id }) => id)).toEqual(['a', 'b']);
    expect(fuse([['a'], ['b']], { weights: [0.5, 1] }).map(({ id }) => id)).toEqual(['b', 'a']);
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
