export { compoundParts, containingWords } from './compounds.js';
export { languagesOf } from './corpus-language.js';
export { essentialTerms } from './essential-terms.js';
export { needsHistory, searchQuestions } from './follow-up.js';
export { matchConcepts, type Concept, type ConceptMatch } from './glossary/index.js';
export { aliasesOf, matchLexicon, type LexiconMatch } from './lexicon.js';
export { queryVector } from './query-vector.js';
export { inverseFrequency, matchStrength, QUERY_SHARES, type Query, type QueryTerm } from './weights.js';
