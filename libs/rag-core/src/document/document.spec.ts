import { describe, expect, it } from 'vitest';
import { detectLanguage, splitSentences, type Language } from './index.js';

describe('detectLanguage', () => {
  it.each([
    ['Wie oft darf ich im Ausland arbeiten?', 'de'],
    ['kündigung probezeit', 'de'],
    ['§ 15 Abs. 4 AGG', 'de'],
    ['Gibt es einen Zuschuss fürs Fitnessstudio?', 'de'],
    ['betriebsrat anhörung versetzung', 'de'],
    ['How often may I work from abroad?', 'en'],
    ['password reset link expired', 'en'],
    ["what's the dress code on site", 'en'],
    ['which tool do we use for snapshots', 'en'],
  ] as [string, Language][])('reads %j as %s', (text, language) => expect(detectLanguage(text)).toBe(language));

  it('takes the fallback where nothing tells, so that a bare name keeps the language of its surroundings', () => {
    expect(detectLanguage('Kontor 3000', 'de')).toBe('de');
    expect(detectLanguage('Kontor 3000', 'en')).toBe('en');
  });
});

const cut = (text: string, language: Language): string[] => splitSentences(text, language).map(({ start, end }) => text.slice(start, end));

describe('splitSentences', () => {
  it('does not end a sentence at a German abbreviation, an ordinal or a citation', () => {
    expect(cut('Nach § 8 Abs. 3 Satz 1 Nr. 2 gilt z. B. der 1. Januar als Stichtag. Danach, d. h. ab dem 2. Tag, entfällt er.', 'de')).toEqual([
      'Nach § 8 Abs. 3 Satz 1 Nr. 2 gilt z. B. der 1. Januar als Stichtag.',
      'Danach, d. h. ab dem 2. Tag, entfällt er.',
    ]);
  });

  it('does not end a sentence at an English abbreviation or inside a number', () => {
    expect(cut('Use a tool, e.g. Velero, for version 5.2. It costs $1.50 per unit. Ask Dr. Miller!', 'en')).toEqual([
      'Use a tool, e.g. Velero, for version 5.2.',
      'It costs $1.50 per unit.',
      'Ask Dr. Miller!',
    ]);
  });

  it('keeps lines together that were broken inside a sentence', () => {
    expect(cut('Der Anspruch erlischt nach Ablauf\nvon drei Monaten. Das gilt\nnicht für Auszubildende.', 'de')).toHaveLength(2);
  });

  it('makes each item of a list, each row of a table and each heading a sentence of its own', () => {
    expect(cut('## Leave\n\nYou may take:\n\n- ten days\n- one week more\n\n| Who | Days |\n| Interns | 5 |', 'en')).toEqual([
      '## Leave', 'You may take:', '- ten days', '- one week more', '| Who | Days |', '| Interns | 5 |',
    ]);
  });

  it('keeps the cells of a row together where a table is written as nested lists', () => {
    expect(cut('*    *   21 bis 50\n\n    *   drei Mitglieder,\n\n*    *   51 bis 100\n\n    *   fünf Mitglieder.', 'de')).toHaveLength(2);
  });

  it('gives ranges without white space that cover every word', () => {
    const text = '  Eins.  \n\n Zwei?  Drei! ';
    const ranges = splitSentences(text, 'de');
    for (const { start, end } of ranges) expect(text.slice(start, end)).toBe(text.slice(start, end).trim());
    expect(ranges.map(({ start, end }) => text.slice(start, end)).join('|')).toBe('Eins.|Zwei?|Drei!');
  });

  it('stays quick on a long text without a full stop', () => {
    const startedMs = performance.now();
    splitSentences('wort '.repeat(200_000), 'de');
    // All in one line: for each number it must not go back to the line's beginning.
    splitSentences('Das gilt am 3. Tag im Jahr 2024. '.repeat(60_000), 'de');
    expect(performance.now() - startedMs).toBeLessThan(2_000);
  });
});
