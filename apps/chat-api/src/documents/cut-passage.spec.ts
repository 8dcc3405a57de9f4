import { describe, expect, it } from 'vitest';
import type { DocumentBlock } from '@kontor/contracts';
import { cutPassage } from './cut-passage.js';

const LINE = 'Eine Zeile von vierzig Zeichen im Text..\n';
const text = LINE.repeat(500);
const paragraphs = (lines: number): DocumentBlock[] =>
  Array.from({ length: 500 / lines }, (_, index) => ({ kind: 'paragraph', start: index * lines * LINE.length, end: (index + 1) * lines * LINE.length - 1 }));

describe('cutPassage', () => {
  it('gives text on both sides, from the start of a block to the end of one', () => {
    const blocks = paragraphs(20);
    const cut = cutPassage({ text, blocks }, { start: 10_000, end: 10_050 });
    expect(cut.blocks[0]!.start).toBe(cut.textStart);
    expect(cut.blocks.at(-1)!.end).toBe(cut.textEnd);
    expect(cut).toMatchObject({ start: 10_000, end: 10_050, totalUnits: text.length, text: text.slice(cut.textStart, cut.textEnd) });
    expect(cut.textStart).toBeLessThanOrEqual(7_000);
    expect(cut.textEnd).toBeGreaterThanOrEqual(13_050);
  });

  it('cuts between lines where a block is too long to give whole, and where no layout is known', () => {
    for (const blocks of [paragraphs(500), []]) {
      const cut = cutPassage({ text, blocks }, { start: 10_000, end: 10_050 });
      expect(cut.textStart % LINE.length).toBe(0);
      expect(text[cut.textEnd]).toBe('\n');
      expect(cut.text.length).toBeLessThan(6_200);
      expect(cut.blocks).toEqual(blocks);
    }
  });

  it('begins and ends with the document where the passage is near its edge', () => {
    expect(cutPassage({ text, blocks: [] }, { start: 3_000, end: 3_010 }).textStart).toBe(0);
    expect(cutPassage({ text, blocks: [] }, { start: text.length - 100, end: text.length }).textEnd).toBe(text.length);
  });

  it('keeps a range within the text, whatever an address asks for', () => {
    expect(cutPassage({ text: 'short', blocks: [] }, { start: 90, end: 7 })).toMatchObject({ start: 5, end: 5, text: 'short' });
    expect(cutPassage({ text: 'x'.repeat(200_000), blocks: [] }, { start: 0, end: 200_000 })).toMatchObject({ end: 100_000 });
  });
});
