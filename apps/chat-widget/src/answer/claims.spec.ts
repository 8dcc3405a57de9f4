import { describe, expect, it } from 'vitest';
import type { Citation } from '@kontor/contracts';
import { claimsOf, markClaims, wordsOfClaims, type Piece } from './claims.js';
import { leavesOf } from '../markdown/block.js';
import { parseMarkdown } from '../markdown/markdown.js';

const cite = (text: string, sentence: string, supported = true, source: number | null = 1): Citation => {
  const answerStart = text.indexOf(sentence);
  return { answerStart, answerEnd: answerStart + sentence.length, supported, source, documentId: 'd', path: 'p', start: 0, end: 1, quote: 'q' };
};

const pieces = (text: string, citations: Citation[]): Piece[] =>
  markClaims(parseMarkdown(text), claimsOf(text, citations)).flatMap(leavesOf);

/** The text as a reader sees it, with `^` where a sentence's mark stands. */
const read = (text: string, citations: Citation[]): string =>
  pieces(text, citations).map((piece) => piece.text + (piece.closes === null ? '' : '^')).join('');

describe('markClaims', () => {
  it('sets the mark after the last letter of the sentence, not after the blank that follows', () => {
    const text = 'You get 30 days. Ask your lead.';
    expect(read(text, [cite(text, 'You get 30 days. '), cite(text, 'Ask your lead.')])).toBe('You get 30 days.^ Ask your lead.^');
  });

  it('finds the end of a sentence whose last letters are marks that are not shown', () => {
    const text = 'It is **30 days.** More.';
    expect(read(text, [cite(text, 'It is **30 days.**')])).toBe('It is 30 days.^ More.');
  });

  it('sets one mark for a sentence that runs over several looks', () => {
    const text = 'Use `a` and **b** now. Next.';
    const found = pieces(text, [cite(text, 'Use `a` and **b** now.')]);
    expect(found.filter((piece) => piece.closes !== null)).toHaveLength(1);
    expect(found.filter((piece) => piece.claim !== null).map((piece) => piece.text).join('')).toBe('Use a and b now.');
  });

  it('reads a sentence out without the stars around its words', () => {
    const text = 'It is **30 days**, see `leave`. More.';
    const blocks = markClaims(parseMarkdown(text), claimsOf(text, [cite(text, 'It is **30 days**, see `leave`.')]));
    expect([...wordsOfClaims(blocks).values()]).toEqual(['It is 30 days, see leave.']);
  });

  it('marks items of a list', () => {
    const text = '- one\n- two';
    expect(read(text, [cite(text, 'two')])).toBe('onetwo^');
  });

  it('marks a cell of a table', () => {
    const text = '| a | b |\n|---|---|\n| one | two |';
    expect(read(text, [cite(text, 'one')])).toBe('abone^two');
  });

  it('gathers several citations of one sentence, which is supported as soon as one is', () => {
    const text = 'Both say so.';
    const [claim] = claimsOf(text, [cite(text, text, false, null), cite(text, text, true, 2)]);
    expect(claim).toMatchObject({ supported: true, citations: [{ source: null }, { source: 2 }] });
  });

  it('survives ranges outside the text: a citation may come before its text', () => {
    expect(claimsOf('abc', [{ ...cite('abc', 'abc'), answerStart: 40, answerEnd: 50 }])).toEqual([]);
  });
});
