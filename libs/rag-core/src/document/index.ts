export type { Block, BlockKind, ExtractedDocument, Language, Range } from './types.js';
export { detectLanguage } from './language.js';
export { eachSentence, splitSentences } from './sentences.js';
