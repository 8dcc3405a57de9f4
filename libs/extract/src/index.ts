export { createExtractor, type Extractor } from './extractor.js';
export type { DocumentErrorCode } from './errors.js';
export { SUPPORTED_EXTENSIONS } from './formats.js';
export type { ExtractorOptions } from './limits.js';
