import { describe, expect, it } from 'vitest';
import { RowChecksum } from './row-checksum.js';
import { sameHits } from './sample.js';
import { inOrder } from './tables.js';

const sumOf = (...lines: string[]) => {
  const checksum = new RowChecksum();
  for (const line of lines) checksum.add(line);
  return checksum.sum;
};

describe('the checksum of a table', () => {
  it('does not know the order of rows, and knows how often each is there', () => {
    expect(sumOf('a', 'b', 'c')).toEqual(sumOf('c', 'a', 'b'));
    expect(sumOf('a', 'a')).not.toEqual(sumOf('a'));
    expect(sumOf('a', 'a').checksum).not.toBe(sumOf('b', 'b').checksum);
    expect(sumOf()).toEqual({ rows: 0, checksum: '0'.repeat(32) });
  });
});

describe('the order of tables', () => {
  const tables = ['animal', 'keeper', 'zoo'].map((name) => ({ name, columns: [] }));
  it('puts what is referred to first', () => {
    const references = [{ from: 'animal', to: 'keeper' }, { from: 'keeper', to: 'zoo' }];
    expect(inOrder(tables, references).map(({ name }) => name)).toEqual(['zoo', 'keeper', 'animal']);
  });

  it('refuses keys that point in a circle', () => {
    expect(() => inOrder(tables, [{ from: 'animal', to: 'zoo' }, { from: 'zoo', to: 'animal' }])).toThrow(/animal, zoo/);
  });
});

describe('two lists of hits', () => {
  const before: [string, number][] = [['a', 0.9], ['b', 0.5], ['c', 0.5]];
  it('are the same where only what ties with the last place differs', () => {
    expect(sameHits(before, [['a', 0.9], ['d', 0.5], ['c', 0.500_001]])).toBe(true);
  });

  it('differ where a score does, where a better passage is missing, or where fewer are found', () => {
    expect(sameHits(before, [['a', 0.9], ['b', 0.5], ['c', 0.4]])).toBe(false);
    expect(sameHits(before, [['z', 0.9], ['b', 0.5], ['c', 0.5]])).toBe(false);
    expect(sameHits(before, before.slice(0, 2))).toBe(false);
  });
});
