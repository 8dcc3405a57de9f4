export { createExtractor, type Extractor, type ExtractorOptions } from './extractor.js';
export { SUPPORTED_EXTENSIONS } from './parse/parse.js';
