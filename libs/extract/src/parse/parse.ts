import { fileTypeFromBuffer } from 'file-type';
import type { ExtractedDocument } from '@kontor/rag-core';
import { parseDocx } from './docx.js';
import { failure } from './failure.js';
import { parseHtml } from './html.js';
import { parseMarkdown } from './markdown.js';
import { parsePdf } from './pdf.js';
import { parsePlainText } from './plain-text.js';

export interface ParseLimits {
  pagesMax: number;
  textUnitsMax: number;
}

export const SUPPORTED_EXTENSIONS: readonly string[] = ['.md', '.markdown', '.txt', '.text', '.html', '.htm', '.pdf', '.docx'];

/** Reads a file as what its content is; the name decides only among kinds of text. */
export async function parseFile(bytes: Uint8Array, name: string, limits: ParseLimits): Promise<ExtractedDocument> {
  if (bytes.length === 0) throw failure('document.empty');
  const document = await parseByKind(bytes, name, limits);
  if (document.text.trim() === '' || document.blocks.length === 0) throw failure('document.empty');
  if (document.text.length > limits.textUnitsMax) throw failure('document.too_complex', { textUnits: document.text.length, textUnitsMax: limits.textUnitsMax });
  return document;
}

async function parseByKind(bytes: Uint8Array, name: string, limits: ParseLimits): Promise<ExtractedDocument> {
  const extension = /\.[^.]+$/.exec(name.toLowerCase())?.[0] ?? '';
  const found = await fileTypeFromBuffer(bytes);
  if (found?.ext === 'pdf' || startsWith(bytes, '%PDF-')) return parsePdf(bytes, name, limits.pagesMax);
  if (found?.ext === 'docx' || (startsWith(bytes, 'PK') && extension === '.docx')) return parseDocx(bytes, name);
  // Old Office files and encrypted new ones share a container.
  if (found?.ext === 'cfb') throw failure(extension === '.docx' ? 'document.encrypted' : 'document.unsupported');
  if (found && !/^(xml|html)$/.test(found.ext)) throw failure(SUPPORTED_EXTENSIONS.includes(extension) ? 'document.wrong_type' : 'document.unsupported');
  if (extension === '.pdf' || extension === '.docx') throw failure('document.wrong_type');
  if (extension === '.html' || extension === '.htm') return parseHtml(bytes, name);
  if (extension === '.md' || extension === '.markdown') return parseMarkdown(bytes, name);
  if (extension === '.txt' || extension === '.text' || extension === '') return parsePlainText(bytes, name);
  throw failure('document.unsupported');
}

const startsWith = (bytes: Uint8Array, text: string): boolean => Buffer.from(bytes.subarray(0, text.length)).toString('latin1') === text;
