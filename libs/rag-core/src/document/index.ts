export type { Block, BlockKind, ExtractedDocument, Language, Range } from './types.js';
export { detectLanguage } from './language.js';
export { splitSentences } from './sentences.js';
