import { expect, it } from 'vitest';
import { buildVocabulary, termDimension } from '../analysis/index.js';
import { essentialTerms, queryVector, type Query } from './index.js';

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

/** A question of these terms with these weights. */
const weighing = (...terms: [term: string, weight: number][]): Query => ({ vector: { dimensions: [], weights: [] }, words: terms.length, terms: terms.map(([term, weight]) => ({ term, weight, group: term })) });

it('takes the rarer of two terms that weigh about the same, for which there is room', () => {
  expect(essentialTerms(weighing(['betriebsrat', 3.1], ['frist', 3]), vocabulary, 400)).toEqual(dimensions('frist'));
});

it('leaves out what weighs next to nothing, though it would fit', () => {
  expect(essentialTerms(weighing(['betriebsrat', 6], ['frist', 1]), vocabulary, 500)).toEqual(dimensions('betriebsrat'));
});
