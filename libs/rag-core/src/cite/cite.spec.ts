import { describe, expect, it } from 'vitest';
import { sentencesOf } from '../prompt/index.js';
import { assessAnswerability, attachCitation, SentenceStream } from './index.js';

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

  it('supports nothing where nothing fits', () => {
    expect(attachCitation('Die Kantine öffnet um acht.', 'de', sentences).supported).toBe(false);
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
  it('abstains where neither likeness nor words speak for an answer', () => {
    expect(assessAnswerability({ bestCosine: 0.78, coverage: 0.1, agreement: 0 }).answerable).toBe(false);
    expect(assessAnswerability({ bestCosine: 0.88, coverage: 0.8, agreement: 5 }).answerable).toBe(true);
  });
});
