export { analyse, type AnalyseOptions } from './analyse.js';
export { citationTerms, findCitations, lawKey, type StatuteCitation } from './citations.js';
export { canonicalNumber, digitsOfWord } from './numbers.js';
export { stem } from './stem.js';
export { isStopWord } from './stop-words.js';
export type { LexiconEntry, SparseVector, Term } from './types.js';
export { BM25, DIMENSIONS_MAX, documentVector, termDimension, toSparse, type Bm25Constants } from './vector.js';
export { buildVocabulary, type Vocabulary } from './vocabulary.js';
