export { compoundParts, containingWords } from './compounds.js';
export { needsHistory, searchQuestions } from './follow-up.js';
export { matchLexicon } from './lexicon.js';
export { inverseFrequency, queryVector, type Query, type QueryTerm } from './query-vector.js';
