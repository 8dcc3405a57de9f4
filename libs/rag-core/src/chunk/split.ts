import { eachSentence, type Block, type ExtractedDocument, type Language, type Range } from '../document/index.js';
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

/** The blocks of a section as units of at most `unitsMax` characters, each with its lead-in. Pauses at each sentence. */
export function* unitsOf(document: ExtractedDocument, section: Section, language: Language, unitsMax: number): Generator<undefined, Unit[]> {
  const units: Unit[] = [];
  // What follows an opened enumeration is read with the words before it: "(2) The notice period is:" and its items.
  let leadIn = '';
  for (const block of section.blocks) {
    const text = document.text.slice(block.start, block.end);
    const opens = SUBSECTION.test(text);
    if (isProse(block, text)) leadIn = '';
    if (block.end - block.start <= unitsMax) units.push(unit(block, block, leadIn, opens));
    // One by one: a block of megabytes has more parts than a call takes arguments.
    else (yield* divide(document, block, leadIn, language, unitsMax)).forEach((part, at) => units.push({ ...part, opens: opens && at === 0 }));
    if (isProse(block, text) && isOpen(text)) leadIn = yield* lastSentence(text, language);
    yield;
  }
  return units;
}

function* divide(document: ExtractedDocument, block: Block, leadIn: string, language: Language, unitsMax: number): Generator<undefined, Unit[]> {
  const text = document.text.slice(block.start, block.end);
  const header = block.kind === 'table' ? tableHeader(text) : '';
  const pieces: Range[] = [];
  for (const piece of block.kind === 'code' || block.kind === 'table' ? linesOf(text) : eachSentence(text, language)) {
    pieces.push(piece);
    yield;
  }
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

function* linesOf(text: string): Generator<Range, void> {
  for (const match of text.matchAll(/[^\n]*\S[^\n]*/gu)) yield { start: match.index, end: match.index + match[0].length };
}

function tableHeader(text: string): string {
  const [first = '', second = ''] = text.split('\n', 2);
  return /^[\s|:-]+$/u.test(second) || !second.includes('|') ? first.trim().slice(0, LEAD_IN_UNITS_MAX) : '';
}

/** A paragraph at the margin: neither an item of an enumeration nor what is indented below one. */
function isProse(block: Block, text: string): boolean {
  return block.kind === 'paragraph' && !/^(?:\s|[-*+•–]\s|\d{1,3}[a-z]?[.)]\s|[a-z]{1,2}\)\s)/u.test(text);
}

/** Ends without a full stop, so that what follows belongs to it. */
function isOpen(text: string): boolean {
  // Two code units hold the last character; to look for it from the front takes long in a text of megabytes.
  return /[\p{L}:]$/u.test(text.trimEnd().slice(-2));
}

function isOpenItem(text: string, pieces: readonly Range[]): boolean {
  const first = pieces[0];
  return first !== undefined && pieces.length > 1 && isOpen(text.slice(first.start, first.end));
}

function* lastSentence(text: string, language: Language): Generator<undefined, string> {
  let last: Range | undefined;
  for (const sentence of eachSentence(text, language)) {
    last = sentence;
    yield;
  }
  if (!last) return '';
  const number = SUBSECTION.exec(text)?.[0];
  const sentence = text.slice(last.start, last.end).replace(/\s+/gu, ' ').slice(-LEAD_IN_UNITS_MAX);
  return number && !sentence.startsWith(number) ? `${number} ${sentence}` : sentence;
}
