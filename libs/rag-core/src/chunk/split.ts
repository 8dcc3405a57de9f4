import { splitSentences, type Block, type ExtractedDocument, type Language, type Range } from '../document/index.js';
import type { Section } from './outline.js';

/** A range that should stay whole, and what the reader must know before it when it opens a chunk. */
export interface Unit extends Range {
  leadIn: string;
  page?: number;
  /** Opens a subsection of a statute: the best place to cut. */
  opens: boolean;
}

const LEAD_IN_UNITS_MAX = 260;
const SUBSECTION = /^\(\d+[a-z]?\)/u;

/** The blocks of a section as units of at most `unitsMax` characters, each with its lead-in. */
export function unitsOf(document: ExtractedDocument, section: Section, language: Language, unitsMax: number): Unit[] {
  const units: Unit[] = [];
  // What follows an opened enumeration is read with the words before it: "(2) The notice period is:" and its items.
  let leadIn = '';
  section.blocks.forEach((block) => {
    const text = document.text.slice(block.start, block.end);
    const opens = SUBSECTION.test(text);
    if (isProse(block, text)) leadIn = '';
    if (block.end - block.start <= unitsMax) units.push(unit(block, block, leadIn, opens));
    // One by one: a block of megabytes has more parts than a call takes arguments.
    else divide(document, block, leadIn, language, unitsMax).forEach((part, at) => units.push({ ...part, opens: opens && at === 0 }));
    if (isProse(block, text) && isOpen(text)) leadIn = lastSentence(text, language);
  });
  return units;
}

function divide(document: ExtractedDocument, block: Block, leadIn: string, language: Language, unitsMax: number): Unit[] {
  const text = document.text.slice(block.start, block.end);
  const header = block.kind === 'table' ? tableHeader(text) : '';
  const pieces = block.kind === 'code' || block.kind === 'table' ? linesOf(text) : splitSentences(text, language);
  const opening = header || leadIn || (block.kind === 'list' || !isOpenItem(text, pieces) ? '' : text.slice(pieces[0]!.start, pieces[0]!.end).slice(-LEAD_IN_UNITS_MAX));
  return pieces
    .flatMap((piece) => hardCut(piece, unitsMax))
    .map((piece, index) => unit({ start: block.start + piece.start, end: block.start + piece.end }, block, index === 0 ? leadIn : opening, false));
}

/** No sentence is this long unless it is none: a base64 image, a minified file. */
function hardCut(piece: Range, unitsMax: number): Range[] {
  const parts: Range[] = [];
  for (let start = piece.start; start < piece.end; start += unitsMax) parts.push({ start, end: Math.min(piece.end, start + unitsMax) });
  return parts;
}

function unit(range: Range, block: Block, leadIn: string, opens: boolean): Unit {
  return { start: range.start, end: range.end, leadIn, opens, ...(block.page === undefined ? {} : { page: block.page }) };
}

function linesOf(text: string): Range[] {
  return [...text.matchAll(/[^\n]*\S[^\n]*/gu)].map((match) => ({ start: match.index, end: match.index + match[0].length }));
}

function tableHeader(text: string): string {
  const [first = '', second = ''] = text.split('\n');
  return /^[\s|:-]+$/u.test(second) || !second.includes('|') ? first.trim().slice(0, LEAD_IN_UNITS_MAX) : '';
}

/** A paragraph at the margin: neither an item of an enumeration nor what is indented below one. */
function isProse(block: Block, text: string): boolean {
  return block.kind === 'paragraph' && !/^(?:\s|[-*+•–]\s|\d{1,3}[a-z]?[.)]\s|[a-z]{1,2}\)\s)/u.test(text);
}

/** Ends without a full stop, so that what follows belongs to it. */
function isOpen(text: string): boolean {
  return !/[.!?…;,)"”“'`]\s*$/u.test(text) && /[\p{L}:]\s*$/u.test(text);
}

function isOpenItem(text: string, pieces: readonly Range[]): boolean {
  const first = pieces[0];
  return first !== undefined && pieces.length > 1 && isOpen(text.slice(first.start, first.end));
}

function lastSentence(text: string, language: Language): string {
  const sentences = splitSentences(text, language);
  const last = sentences[sentences.length - 1];
  if (!last) return '';
  const number = SUBSECTION.exec(text)?.[0];
  const sentence = text.slice(last.start, last.end).replace(/\s+/gu, ' ').slice(-LEAD_IN_UNITS_MAX);
  return number && !sentence.startsWith(number) ? `${number} ${sentence}` : sentence;
}
