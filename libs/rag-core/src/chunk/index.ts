export type { Chunk, ChunkOptions } from './types.js';
export { chunkDocument, chunkSteps } from './chunk-document.js';
export { lexicalTerms } from './lexical-terms.js';
export { headingText, lawOf, plainText } from './law.js';
