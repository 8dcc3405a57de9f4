import { describe, expect, it } from 'vitest';
import type { DocumentBlock, Passage } from '@kontor/contracts';
import { leavesOf } from '../markdown/block.js';
import { layOut } from './layout.js';

const MARKDOWN = '---\ntitle: Hotels\n---\n\n# Hotels\n\nAsk **first**, or\nlater.\n\n| Town | Limit |\n| --- | --- |\n| London | 190 euros |\n\n- one\n- two\n';
const block = (text: string, kind: DocumentBlock['kind'], words: string, more: Partial<DocumentBlock> = {}): DocumentBlock => {
  const start = text.indexOf(words);
  return { kind, start, end: start + words.length, ...more };
};
const BLOCKS = [
  block(MARKDOWN, 'heading', 'Hotels\n\nAsk', { level: 1 }),
  block(MARKDOWN, 'paragraph', 'Ask **first**, or\nlater.'),
  block(MARKDOWN, 'table', '| Town | Limit |\n| --- | --- |\n| London | 190 euros |'),
  block(MARKDOWN, 'list', '- one\n- two'),
];
BLOCKS[0]!.end = BLOCKS[0]!.start + 'Hotels'.length;

const show = (over: Partial<Passage> & { marked?: string }) => {
  const { marked = '', text = MARKDOWN, textStart = 0 } = over;
  const start = textStart + text.indexOf(marked);
  const passage: Passage = { id: 'd', title: 'T', path: 'p', corpus: 'c', mediaType: 'text/markdown', text, textStart, textEnd: textStart + text.length, totalUnits: 900, start: 0, end: 900, blocks: BLOCKS, ...over };
  return layOut(passage, { start, end: start + marked.length });
};
const textOf = (shown: ReturnType<typeof layOut>) => shown!.flatMap((one) => leavesOf(one.block)).map((piece) => (piece.claim === null ? piece.text : `[${piece.text}]`)).join('|');

describe('layOut', () => {
  it('draws a Markdown document without its marks and without its head', () => {
    const shown = show({})!;
    expect(shown.map((one) => one.block.kind)).toEqual(['heading', 'paragraph', 'table', 'list']);
    expect(textOf(shown)).toBe('Hotels|Ask |first|, or\nlater.|Town|Limit|London|190 euros|one|two');
  });

  it('marks the cited words wherever they stand: in a cell, over an emphasis, over several blocks', () => {
    expect(textOf(show({ marked: '| London | 190 euros |' }))).toContain('Limit|[London]|[190 euros]|one');
    expect(textOf(show({ marked: 'Ask **first**, or\nlater.' }))).toContain('[Ask ]|[first]|[, or\nlater.]|Town');
    expect(textOf(show({ marked: '190 euros |\n\n- one' }))).toContain('|[190 euros]|[one]|two');
  });

  it('reads stars as stars where the document is no Markdown, and its tables all the same', () => {
    const text = 'Use **this**\n\n| a\\|b | * |\n| --- | --- |';
    const blocks = [block(text, 'paragraph', 'Use **this**', { page: 1 }), block(text, 'table', '| a\\|b | * |\n| --- | --- |', { page: 2 })];
    const shown = show({ text, blocks, mediaType: 'application/pdf', marked: '**this**' });
    expect(textOf(shown)).toBe('Use |[**this**]|a||b|*');
    expect(shown!.map((one) => one.page)).toEqual([1, 2]);
  });

  it('draws what is there of a block that reaches beyond the text', () => {
    const text = MARKDOWN.slice(30, 60);
    expect(textOf(show({ text, textStart: 30, marked: 'first' }))).toContain('[first]');
  });

  it('gives up the layout rather than the mark', () => {
    expect(show({ marked: 'title: Hotels' })).toBeNull();
    expect(show({ blocks: [] })).toBeNull();
  });
});
