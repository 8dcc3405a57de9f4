import { describe, expect, it } from 'vitest';
import { sentencesOf } from '../prompt/index.js';
import { assessAnswerability, attachCitation, citesAbsentPlace, SentenceStream } from './index.js';

const source = { ordinal: 1, title: 'Urlaub', headingPath: [], language: 'de' as const, text: 'Alle Beschäftigten haben 30 Tage Urlaub im Jahr. Der Antrag geht an die Teamleitung.' };

describe('attachCitation', () => {
  const sentences = sentencesOf(source);
  it('names the sentence that carries the claim', () => {
    const found = attachCitation('Sie haben dreißig Tage Urlaub im Jahr.', 'de', sentences);
    expect(found.supported).toBe(true);
    expect(found.sentence!.text).toContain('30 Tage');
  });

  it('does not support a claim with another number, however alike the words', () => {
    expect(attachCitation('Alle Beschäftigten haben 28 Tage Urlaub im Jahr.', 'de', sentences).supported).toBe(false);
  });

  it('supports a claim in another language by its likeness', () => {
    expect(attachCitation('Employees get 30 days of leave.', 'en', sentences, (one) => (one.text.includes('30') ? 0.92 : 0.8)).supported).toBe(true);
  });

  it('does not support a claim with another unit, or with a name that the source lacks', () => {
    expect(attachCitation('Alle Beschäftigten haben 30 Wochen Urlaub im Jahr.', 'de', sentences).supported).toBe(false);
    expect(attachCitation('Der Antrag auf Urlaub geht in BambooHR an die Teamleitung.', 'de', sentences).supported).toBe(false);
  });

  it('prefers the sentence that denies what the claim denies', () => {
    const both = sentencesOf({ ...source, text: 'Urlaub verfällt am Jahresende. Urlaub verfällt nicht bei Krankheit am Jahresende.' });
    expect(attachCitation('Urlaub verfällt am Jahresende nicht.', 'de', both).sentence!.text).toContain('Krankheit');
  });

  it('supports a claim that draws on two sentences by both, as one exact range', () => {
    const found = attachCitation('Alle Beschäftigten haben 30 Tage Urlaub im Jahr, und der Antrag geht an die Teamleitung.', 'de', sentences);
    expect(found.supported).toBe(true);
    expect(found.sentence!.text).toBe(source.text);
    expect(source.text.slice(found.sentence!.start, found.sentence!.end)).toBe(found.sentence!.text);
  });

  it('reads an item of an enumeration with the words before it', () => {
    const text = 'Die Frist zur Kündigung beträgt\n\n1. zwei Wochen in der Probezeit,\n\n2. vier Wochen danach.';
    const found = attachCitation('In der Probezeit beträgt die Kündigungsfrist 14 Tage.', 'de', sentencesOf({ ...source, text }));
    expect(found.supported).toBe(true);
    expect(found.sentence!.text).toContain('zwei Wochen');
  });

  it('supports a plain claim in the other language without any vectors', () => {
    const english = sentencesOf({ ...source, language: 'en', text: 'Employees receive 30 days of vacation per year. The cafeteria closes at noon.' });
    expect(attachCitation('Mitarbeiter erhalten 30 Tage Urlaub pro Jahr.', 'de', english)).toMatchObject({ supported: true, sentence: { text: expect.stringContaining('vacation') } });
  });

  it('does not support a claim by its likeness alone', () => {
    expect(attachCitation('Die Kantine öffnet um acht.', 'de', sentences, () => 0.95).supported).toBe(false);
  });

  it('supports nothing where nothing fits', () => {
    expect(attachCitation('Die Kantine öffnet um acht.', 'de', sentences).supported).toBe(false);
  });
});

describe('citesAbsentPlace', () => {
  const paragraph = { ...source, title: 'Entgeltfortzahlungsgesetz (EntgFG)', headingPath: ['§ 3 Anspruch auf Entgeltfortzahlung'], text: 'Er hat Anspruch nach § 12 SGB V.' };
  const lexicon = [{ term: 'EFZG', kind: 'law', expands: ['EntgFG'], weight: 1 }];

  it('knows a paragraph by its law, by the other name that the lexicon has, and where a text speaks of it', () => {
    expect(citesAbsentPlace('§ 3 EntgFG', [paragraph])).toBe(false);
    expect(citesAbsentPlace('§ 3 Abs. 1 EFZG Dauer', [paragraph], lexicon)).toBe(false);
    expect(citesAbsentPlace('Was sagt § 12 SGB V?', [paragraph])).toBe(false);
  });

  it('does not take another law or another number for it', () => {
    expect(citesAbsentPlace('§ 3 BFSG Pflichten', [paragraph])).toBe(true);
    expect(citesAbsentPlace('§ 14 EntgFG', [paragraph])).toBe(true);
  });

  it('says nothing of a question that names no law', () => {
    expect(citesAbsentPlace('Was gilt nach § 3?', [paragraph])).toBe(false);
    expect(citesAbsentPlace('Wie lange bekomme ich Lohn?', [])).toBe(false);
  });
});

describe('SentenceStream', () => {
  it('gives each sentence once, with its range in the whole answer', () => {
    const stream = new SentenceStream('de');
    const text = 'Erster Satz. Zweiter Satz gilt z. B. auch. Ende.';
    const sentences = [...text].flatMap((letter) => stream.add(letter)).concat(stream.finish());
    expect(sentences.map((one) => one.text.trim())).toEqual(['Erster Satz.', 'Zweiter Satz gilt z. B. auch.', 'Ende.']);
    for (const one of sentences) expect(text.slice(one.start, one.end)).toBe(one.text);
  });
});

describe('assessAnswerability', () => {
  it('abstains where neither the words nor the model speak for an answer, and is sure where both do', () => {
    expect(assessAnswerability({ lexical: 0.5, stated: 0.3 }, 'en')).toEqual({ answerable: false, sure: false });
    expect(assessAnswerability({ lexical: 1.3, stated: 0.9 }, 'en')).toEqual({ answerable: true, sure: true });
  });

  it('lets one signal make up for the other', () => {
    expect(assessAnswerability({ lexical: 1.3, stated: 0.3 }, 'en').answerable).toBe(true);
    expect(assessAnswerability({ lexical: 0.6, stated: 0.95 }, 'en').answerable).toBe(true);
  });

  it('trusts a yes in German less', () => {
    expect(assessAnswerability({ lexical: 0.83, stated: 0.62 }, 'en').answerable).toBe(true);
    expect(assessAnswerability({ lexical: 0.83, stated: 0.62 }, 'de').answerable).toBe(false);
  });

  it('goes by the words alone where there is no model', () => {
    expect(assessAnswerability({ lexical: 0.9, stated: null }, 'de').answerable).toBe(true);
    expect(assessAnswerability({ lexical: 0.6, stated: null }, 'de').answerable).toBe(false);
  });
});
