import { describe, expect, it } from 'vitest';
import { buildVocabulary, termDimension } from '../analysis/index.js';
import { matchLexicon, queryVector } from './index.js';

const vocabulary = buildVocabulary([['urlaub', 40], ['tag', 200], ['erholungsurlaub', 5], ['urlaubsanspruch', 7], ['betriebsrat', 20], ['§626@bgb', 1], ['§626', 4]], 1_000);
const weightOf = (question: string, term: string): number => queryVector(question, 'de', vocabulary, []).terms.find((one) => one.term === term)?.weight ?? 0;

describe('queryVector', () => {
  it('finds the parts of a compound that the corpus does not hold as a whole', () => {
    expect(weightOf('Wie viele Urlaubstage?', 'urlaub')).toBeGreaterThan(0);
  });

  it('finds compounds that contain the word, at less than the word itself', () => {
    const whole = weightOf('Urlaub', 'erholungsurlaub');
    expect(whole).toBeGreaterThan(0);
    expect(whole).toBeLessThan(weightOf('Urlaub', 'urlaub'));
  });

  it('lets a citation with its law outweigh the bare number', () => {
    expect(weightOf('§ 626 BGB', '§626@bgb')).toBeGreaterThan(2 * weightOf('§ 626 BGB', '§626'));
  });

  it('adds what the lexicon says for a word of the house', () => {
    const lexicon = [{ term: 'BR', kind: 'abbreviation', expands: ['Betriebsrat'], weight: 1.5 }];
    const { vector } = queryVector('Darf der BR das?', 'de', vocabulary, lexicon);
    expect(vector.dimensions).toContain(termDimension('betriebsrat'));
  });
});

describe('matchLexicon', () => {
  const entry = (term: string) => ({ term, kind: 'synonym', expands: ['x'], weight: 1 });
  it('takes the longest term and not the shorter one inside it', () => {
    expect(matchLexicon('Krankengeld vom Chef', [entry('Chef'), entry('Krankengeld vom Chef')]).map((one) => one.entry.term)).toEqual(['Krankengeld vom Chef']);
  });

  it('takes capitals only as written or all in lower case, without an ending', () => {
    expect(matchLexicon('die AU oder au', [entry('AU')])).toHaveLength(2);
    expect(matchLexicon('Aus', [entry('AU')])).toHaveLength(0);
    expect(matchLexicon('Azubis', [entry('Azubi')])).toHaveLength(1);
  });
});
