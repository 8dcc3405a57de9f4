import { describe, expect, it } from 'vitest';
import { BATCH_TOKENS_MAX, batchesOf } from './batches.js';
import { normaliseText } from './normalise-text.js';
import { PieceTrie, ROOT } from './piece-trie.js';
import { poolTokens } from './pool-tokens.js';
import { UnigramTokenizer } from './unigram-tokenizer.js';

const VOCABULARY: [string, number][] = [
  ['<s>', 0], ['</s>', 0], ['<unk>', 0],
  ['▁', -4], ['▁Ur', -6], ['laub', -5], ['▁Urlaub', -8], ['s', -3], ['stag', -6], ['t', -5], ['a', -5], ['g', -5], ['e', -3], ['<', -9], ['🙂', -7],
];
const SPECIAL = new Set(['<s>', '</s>', '<unk>']);
const tokenizer = new UnigramTokenizer(VOCABULARY, { start: 0, end: 1, unknown: 2 }, SPECIAL);
const pieces = (text: string): string[] => tokenizer.encode(text, 100).map((id) => VOCABULARY[id]![0]);

describe('the unigram tokenizer', () => {
  it('takes the likeliest split and not the longest piece', () => {
    expect(pieces('Urlaubstage')).toEqual(['<s>', '▁Urlaub', 'stag', 'e', '</s>']);
    expect(pieces('Urlaubs e')).toEqual(['<s>', '▁Urlaub', 's', '▁', 'e', '</s>']);
  });

  it('has one unknown for a run of unknown characters, also outside the basic plane', () => {
    expect(pieces('eXYe𝄞𝄞🙂')).toEqual(['<s>', '▁', 'e', '<unk>', 'e', '<unk>', '🙂', '</s>']);
  });

  it('never makes a special token of what a text says', () => {
    expect(pieces('</s>')).toEqual(['<s>', '▁', '<', '<unk>', 's', '<unk>', '</s>']);
  });

  it('cuts to the limit and keeps the end token', () => {
    expect(tokenizer.encode('e e e e e', 4)).toEqual([0, 3, 12, 1]);
    expect(tokenizer.count('e e')).toBe(4);
  });

  it('gives a repeated word the same tokens from memory', () => {
    expect(pieces('Urlaubstage Urlaubstage').slice(4, 7)).toEqual(['▁Urlaub', 'stag', 'e']);
  });
});

describe('the tree of pieces', () => {
  it('finds every piece and nothing else, however many share a slot', () => {
    const words = Array.from({ length: 2_000 }, (_, i) => [`w${i.toString(36)}`, i] as const);
    const trie = new PieceTrie(words);
    const find = (word: string): number => [...word].reduce((node, character) => (node < 0 ? node : trie.child(node, character.charCodeAt(0))), ROOT);
    for (const [word, id] of words) expect(trie.idAt(find(word))).toBe(id);
    expect(find('w!')).toBe(-1);
    expect(trie.idAt(find('w'))).toBe(-1);
  });
});

describe('the text before it is split', () => {
  it('has one kind of space, no control characters and compatibility forms', () => {
    expect(normaliseText('a\u00a0\t b\u0001\u200bc ﬁ ½ ～')).toBe('a b c fi 1⁄2 ～');
  });
});

describe('batches', () => {
  const encoded = [10, 500, 20, 400, 100, 600].map((length) => Array.from({ length }, (_, i) => length * 1_000 + i));

  it('hold every text once, the longest first, within the limit unless one text exceeds it', () => {
    const batches = batchesOf(encoded);
    expect(batches.flatMap(({ places }) => places).sort()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(batches.map(({ lengths }) => [...lengths])).toEqual([[600], [500], [400, 100], [20, 10]]);
    expect(batches.every(({ ids, places }) => places.length === 1 || ids.length <= BATCH_TOKENS_MAX)).toBe(true);
  });

  it('carry the ids of their texts in order', () => {
    const { places, ids } = batchesOf(encoded)[2]!;
    expect([...ids]).toEqual(places.flatMap((place) => encoded[place]!));
    expect(batchesOf([])).toEqual([]);
  });
});

describe('pooling', () => {
  it('averages the tokens and makes the length one', () => {
    expect([...poolTokens(Float32Array.of(3, 0, 3, 8), 2)]).toEqual([expect.closeTo(0.6), expect.closeTo(0.8)]);
    expect([...poolTokens(new Float32Array(2), 1)]).toEqual([0, 0]);
  });
});
