export { describeParser, SAMPLE, type ParserUnderTest } from './describe-parser.js';
export { makeCompoundFile } from './fixtures/make-compound-file.js';
export { makeDocx, w } from './fixtures/make-docx.js';
export { makePdf } from './fixtures/make-pdf.js';
