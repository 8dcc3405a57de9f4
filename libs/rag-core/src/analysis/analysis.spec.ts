import { describe, expect, it } from 'vitest';
import { analyse, BM25, buildVocabulary, documentVector, findCitations, lawKey, termDimension } from './index.js';

const terms = (text: string, language: 'de' | 'en' = 'de'): string[] => analyse(text, language).map((term) => term.term);

describe('analyse', () => {
  it('brings the forms of a German word to one term, with ss and umlauts in either form of Unicode', () => {
    expect(terms('Verträge')).toEqual(terms('Vertrag'));
    expect(terms('Ausschuß')).toEqual(terms('Ausschuss'));
    expect(terms('Mitarbeiterinnen')).toEqual(terms('Mitarbeiter'));
    expect(terms('Ku\u0308ndigung')).toEqual(terms('Kündigung'));
    expect(terms('freie')).toEqual(terms('frei'));
  });

  it('drops the words of grammar of the language', () => {
    expect(terms('Wie viele Tage habe ich?')).toEqual(['tag']);
    expect(terms('How many days do I have?', 'en')).toEqual(['day']);
  });

  it('writes a number one way, in digits or in words, grouped as either language does', () => {
    expect(terms('1.850 Euro')[0]).toBe('1850');
    expect(terms('$1,850', 'en')[0]).toBe('1850');
    expect(terms('22\u00a0000 Euro')[0]).toBe('22000');
    expect(terms('10,45 Euro')[0]).toBe(terms('10.45 euros', 'en')[0]);
    expect(terms('vierzehn Tage')[0]).toBe('14');
    expect(terms('fünfundzwanzigtausend')).toEqual(['25000']);
  });

  it('keeps identifiers whole and in parts', () => {
    expect(terms('#ask-people-team', 'en')).toEqual(expect.arrayContaining(['peopl', 'team', 'askpeopleteam']));
    expect(terms('BambooHR', 'en')).toEqual(expect.arrayContaining(['bamboohr', 'bamboo', 'hr']));
    expect(terms('E-Mail')).toContain(terms('Email')[0]);
  });

  it('reads a link by its words and not by its address', () => {
    expect(terms('see [the plan](https://example.org/a8f3/plan-xyz)', 'en')).toEqual(['see', 'plan']);
  });

  it('says where each term stands', () => {
    const text = 'Die Kündigung ist § 12 HGB.';
    for (const { term, start, end } of analyse(text, 'de').filter((one) => one.term === 'kundig' || one.term === '§12')) {
      expect(text.slice(start, end)).toBe(term === 'kundig' ? 'Kündigung' : '§ 12 HGB');
    }
  });

  it('takes the law of a heading from outside', () => {
    expect(analyse('§ 4 Wartezeit', 'de', { law: 'burlg' }).map((one) => one.term)).toContain('§4@burlg');
  });
});

describe('findCitations', () => {
  const places = (text: string, lenient = false) => findCitations(text, lenient).map(({ section, subsection, law }) => [section, subsection, law]);

  it('reads paragraph, subsection and law past the details between them', () => {
    expect(places('nach § 8 Abs. 2 Satz 1 Nr. 3 TzBfG')).toEqual([['8', '2', 'tzbfg']]);
    expect(places('§ 74a Absatz 1 HGB')).toEqual([['74a', '1', 'hgb']]);
    expect(places('Art. 6 DSGVO')).toEqual([['6', undefined, 'dsgvo']]);
  });

  it('reads several places of one law', () => {
    expect(places('§§ 305, 307 BGB')).toEqual([['305', undefined, 'bgb'], ['307', undefined, 'bgb']]);
    expect(places('§ 3 Abs. 1 und 2 ArbZG')).toEqual([['3', '1', 'arbzg'], ['3', '2', 'arbzg']]);
  });

  it('takes a law in lower case only from a question', () => {
    expect(places('§ 43 gmbhg haftung', true)).toEqual([['43', undefined, 'gmbhg']]);
    expect(places('§ 43 gilt entsprechend')).toEqual([['43', undefined, undefined]]);
  });

  it('has one name for the books of the social code and for laws with a year', () => {
    expect(lawKey('SGB IX')).toBe(lawKey('SGB 9 2018'));
    expect(lawKey('AO 1977')).toBe('ao');
    expect(places('§ 38 SGB III Meldung')).toEqual([['38', undefined, 'sgb3']]);
  });
});

describe('documentVector', () => {
  it('has ascending dimensions within what a sparse vector may have', () => {
    const { dimensions, weights } = documentVector(['urlaub', 'tag', 'frist', 'urlaub', '§3@burlg']);
    expect(dimensions).toEqual([...dimensions].sort((a, b) => a - b));
    expect(new Set(dimensions).size).toBe(4);
    expect(dimensions.every((dimension) => dimension >= 1 && dimension <= 1_000_000_000)).toBe(true);
    expect(weights.every((weight) => weight > 0 && weight < BM25.k1 + 1)).toBe(true);
  });

  it('counts a repeated word more, but not twice, and a word of a long text less', () => {
    const weightOf = (terms: string[]): number => {
      const vector = documentVector(terms);
      return vector.weights[vector.dimensions.indexOf(termDimension('urlaub'))]!;
    };
    expect(weightOf(['urlaub', 'urlaub'])).toBeGreaterThan(weightOf(['urlaub', 'tag']));
    expect(weightOf(['urlaub', 'urlaub'])).toBeLessThan(2 * weightOf(['urlaub', 'tag']));
    expect(weightOf(['urlaub', ...Array<string>(300).fill('tag')])).toBeLessThan(weightOf(['urlaub', 'tag']));
  });

  it('gives a term the same dimension for ever: stored vectors depend on it', () => {
    expect(termDimension('urlaub')).toBe(631_377_291);
  });
});

describe('buildVocabulary', () => {
  const vocabulary = buildVocabulary([['urlaub', 4], ['urlaubstag', 2], ['resturlaub', 1], ['tag', 9]], 20);

  it('finds words by their beginning and by their end', () => {
    expect([...vocabulary.startingWith('urlaub')]).toEqual([['urlaub', 4], ['urlaubstag', 2]]);
    expect([...vocabulary.endingWith('urlaub')]).toEqual(expect.arrayContaining([['urlaub', 4], ['resturlaub', 1]]));
    expect([...vocabulary.endingWith('x')]).toEqual([]);
  });

  it('knows how often a word occurs, and that another does not', () => {
    expect(vocabulary.frequency('tag')).toBe(9);
    expect(vocabulary.frequency('nacht')).toBe(0);
  });
});
