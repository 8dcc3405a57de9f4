import { expect, it } from 'vitest';
import { buildVocabulary, termDimension } from '../analysis/index.js';
import { essentialTerms, queryVector } from './index.js';

const vocabulary = buildVocabulary([['frist', 30], ['betriebsrat', 400], ['arbeit', 9_000]], 10_000);
const query = queryVector('Frist Betriebsrat Arbeit', 'de', vocabulary);
const dimensions = (...terms: string[]): number[] => terms.map(termDimension);

it('takes the heaviest terms first and leaves out what would make too many chunks', () => {
  expect(essentialTerms(query, vocabulary, 500)).toEqual(dimensions('frist', 'betriebsrat'));
  expect(essentialTerms(query, vocabulary, 100)).toEqual(dimensions('frist'));
});

it('never leaves a question without a term, however common its only one is', () => {
  expect(essentialTerms(queryVector('Arbeit', 'de', vocabulary), vocabulary, 100)).toEqual(dimensions('arbeit'));
});
