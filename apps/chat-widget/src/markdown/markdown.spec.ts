import { describe, expect, it } from 'vitest';
import type { Inline } from './inline.js';
import { leavesOf, type Block } from './block.js';
import { parseMarkdown } from './markdown.js';

const leaves = (blocks: Block[]): Inline[] => blocks.flatMap(leavesOf);
const textOf = (inlines: Inline[]): string => inlines.map((inline) => inline.text).join('');

const SAMPLE = [
  '# Leave', '', 'You get **30 days** a year, see `leave.days` and', 'the [rules](https://example.org/a?b=c).', '',
  '1. Ask *early*', '   in the portal', '2. Wait', '- two', '', '> quoted', '> twice', '', '```', 'a < b', '```', '| a | b |', '|---|---|',
].join('\n');

describe('parseMarkdown', () => {
  it('gives each leaf the place where its text stands, letter by letter: citations are found by it', () => {
    for (const leaf of leaves(parseMarkdown(SAMPLE))) expect(SAMPLE.slice(leaf.start, leaf.start + leaf.text.length)).toBe(leaf.text);
  });

  it('knows the blocks that answers use', () => {
    expect(parseMarkdown(SAMPLE).map((block) => (block.kind === 'list' ? (block.ordered ? 'ordered' : 'bullets') : block.kind)))
      .toEqual(['heading', 'paragraph', 'ordered', 'bullets', 'quote', 'code', 'table']);
  });

  it('takes a table apart into its cells, escaped and missing pipes included', () => {
    const cells = (source: string) => parseMarkdown(source).map((block) => (block.kind === 'table' ? [block.head, ...block.rows].map((row) => row.map((cell) => textOf(cell.inlines))) : []));
    expect(cells('| a | **b** |\n| :--- | ---: |\n| x\\|y |  |\n| 1 | -2')).toEqual([[['a', 'b'], ['x|y', ''], ['1', '-2']]]);
    // Half of it has arrived.
    expect(cells('| a | b |')).toEqual([[[], ['a', 'b']]]);
    expect(cells('| a | b |\n| --')).toEqual([[['a', 'b']]]);
  });

  it('reads a stretch of a text with the places of the whole', () => {
    const [, block] = parseMarkdown('# no\n\n# one\n\ntwo\n\nthree', { from: 6, to: 16 });
    expect(block).toMatchObject({ kind: 'paragraph', inlines: [{ text: 'two', start: 13 }] });
  });

  it('keeps the number of a list that something interrupted', () => {
    const lists = parseMarkdown('1. a\n   - b\n2. c').filter((block) => block.kind === 'list');
    expect(lists.map((list) => [list.first, list.depth])).toEqual([[1, 0], [1, 1], [2, 0]]);
  });

  it('shows marks that never close as their look, so that a streamed answer does not flicker', () => {
    expect(leaves(parseMarkdown('You get **30 da'))).toMatchObject([{ text: 'You get ' }, { text: '30 da', strong: true }]);
    expect(textOf(leaves(parseMarkdown('see **')))).toBe('see ');
    expect(textOf(leaves(parseMarkdown('```\nlet a')))).toBe('let a');
  });

  it('leaves stars of plain text alone', () => {
    expect(textOf(leaves(parseMarkdown('3 * 4 * 5 and \\*this\\*')))).toBe('3 * 4 * 5 and *this*');
  });

  it('never makes a link of what a browser would run, nor an image of anything', () => {
    const source = '[a](javascript:alert(1)) [b](data:text/html,x) [c](//evil.test) ![d](https://evil.test/?q=secret) [e](HTTPS://ok.test/x)';
    const found = leaves(parseMarkdown(source));
    expect(found.filter((leaf) => leaf.href !== null)).toMatchObject([{ text: 'e', href: 'https://ok.test/x' }]);
    expect(textOf(found)).toBe('a b c d e');
  });

  it('keeps HTML as text', () => {
    expect(textOf(leaves(parseMarkdown('<img src=x onerror=alert(1)>')))).toBe('<img src=x onerror=alert(1)>');
  });

  it('reads a hostile text in no time: no mark may make the parser go over the rest again and again', () => {
    for (const mark of ['[', '![', '**a', '*a', '`', '> ', '1. ', '\\', '[a](', '|', '| a ', '|-']) {
      const startedMs = performance.now();
      parseMarkdown(mark.repeat(8_000));
      expect(performance.now() - startedMs).toBeLessThan(1_000);
    }
  });
});
