import { AppError } from '@kontor/kernel';
import type { ExtractedDocument } from '@kontor/rag-core';
import { documentError } from '../errors.js';
import { FORMATS, nameWithoutExtension, type Format } from '../formats.js';
import { detectFormat } from './detect-format.js';
import type { Parser, Source } from './parser.js';

// Loaded when first needed: a folder of Markdown never pays for the PDF parser.
const PARSERS: Record<Format, () => Promise<Parser>> = {
  markdown: async () => (await import('./markdown/parse-markdown.js')).parseMarkdown,
  text: async () => (await import('./text/parse-text.js')).parseText,
  html: async () => (await import('./html/parse-html.js')).parseHtml,
  pdf: async () => (await import('./pdf/parse-pdf.js')).parsePdf,
  docx: async () => (await import('./docx/parse-docx.js')).parseDocx,
};

const TITLE_UNITS_MAX = 300;

/** Reads a file as what its content is, or throws the reason why not. Runs in the child process. */
export async function parseFile(source: Source): Promise<ExtractedDocument> {
  try {
    return await parseKnown(source);
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown;
    // Depth of the stack, length of a string and size of a buffer all end as this kind of error.
    throw documentError(thrown instanceof RangeError ? 'document.too_complex' : 'document.unreadable', {}, 'never', thrown);
  }
}

async function parseKnown(source: Source): Promise<ExtractedDocument> {
  if (source.bytes.length === 0) throw documentError('document.empty');
  const format = await detectFormat(source);
  const parse = await PARSERS[format]();
  const { text, blocks: found, title, metadata } = await parse(source);
  const { textUnitsMax } = source.limits;
  if (text.length > textUnitsMax) throw documentError('document.too_large', { textUnits: text.length, textUnitsMax });
  if (found.length === 0) throw documentError('document.empty');
  // Headings over nothing are all that the file says, as in a note of one line; as text they can be found.
  const blocks = found.every(({ kind }) => kind === 'heading') ? found.map(({ level: _level, ...block }) => ({ ...block, kind: 'paragraph' as const })) : found;
  return { text, title: titleOf(title, source.name), mediaType: FORMATS[format].mediaType, blocks, ...(metadata && { metadata }) };
}

function titleOf(stated: string | undefined, name: string): string {
  const title = (stated ?? '').replace(/\s+/gu, ' ').trim() || nameWithoutExtension(name).trim() || 'document';
  return title.slice(0, TITLE_UNITS_MAX).toWellFormed();
}
