import { describe, expect, it } from 'vitest';
import { DEFAULTS } from '../../limits.js';
import type { Parsed } from '../parser.js';
import { parseText } from './parse-text.js';

const parse = (text: string) => parseText({ bytes: Buffer.from(text), name: 'a.txt', limits: DEFAULTS }) as Parsed;
const blocksOf = (source: string) => {
  const { text, blocks } = parse(source);
  return blocks.map(({ kind, level, start, end }) => [level ? `${kind} ${level}` : kind, text.slice(start, end)]);
};

describe('plain text', () => {
  it('is its own text, in paragraphs between blank lines', () => {
    const source = 'Erster Satz.\nZweiter Satz.  \n \t\n  Eingerückt.\n\n1. eins\n2. zwei\n';
    expect(parse(source).text).toBe(source);
    expect(blocksOf(source)).toEqual([['paragraph', 'Erster Satz.\nZweiter Satz.'], ['paragraph', 'Eingerückt.'], ['list', '1. eins\n2. zwei']]);
  });

  it('has a heading where a line is underlined or stands alone at the top', () => {
    expect(blocksOf('Protokoll\n\nAnwesend\n=====\nalle\n\nBeschluss\n---\n\nEine Zeile')).toEqual([
      ['heading 1', 'Protokoll'],
      ['heading 1', 'Anwesend'],
      ['paragraph', 'alle'],
      ['heading 2', 'Beschluss'],
      ['paragraph', 'Eine Zeile'],
    ]);
    expect(parse('Ein Satz, der endet.\n\nText').title).toBeUndefined();
  });

  it('has a heading where a line is in capitals, but not where the text shouts', () => {
    expect(blocksOf('WENN SIE KRANK SIND\nStand 1. Februar\n\n1. MELDEN\n\nRufen Sie an.\n\nSTUFE II\nZwei Zeilen.\n\nDIE WARE WIRD OHNE GEWÄHR GELIEFERT\nOHNE JEDE GEWÄHR\n\nBGB')).toEqual([
      ['heading 1', 'WENN SIE KRANK SIND'],
      ['paragraph', 'Stand 1. Februar'],
      ['heading 2', '1. MELDEN'],
      ['paragraph', 'Rufen Sie an.'],
      ['heading 2', 'STUFE II'],
      ['paragraph', 'Zwei Zeilen.'],
      ['paragraph', 'DIE WARE WIRD OHNE GEWÄHR GELIEFERT\nOHNE JEDE GEWÄHR'],
      ['paragraph', 'BGB'],
    ]);
  });

  it('stays fast on a line of a million spaces', () => expect(blocksOf(`a${' '.repeat(1_000_000)}\n${' '.repeat(1_000_000)}\nb`).length).toBe(2));
});
