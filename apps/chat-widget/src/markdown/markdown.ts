import type { Block } from './block.js';
import { PLAIN, parseInline, type ReadInline } from './inline.js';
import { endOf, linesOf, type Line } from './lines.js';
import { tableOf } from './table.js';

const DEPTH_MAX = 2;
const FENCE = /^\s*(```|~~~)/;
const HEADING = /^\s{0,3}(#{1,6})\s+/;
const QUOTE = /^\s{0,3}>\s?/;
const ITEM = /^(\s*)(?:[-*+•]|(\d{1,3})[.)])\s+/;
const TABLE = /^\s*\|/;

/** Where to read, and how the letters within a block are read. */
export interface ReadingOptions {
  from?: number;
  to?: number;
  inline?: ReadInline;
}

interface Reading {
  source: string;
  lines: readonly Line[];
  to: number;
  inline: ReadInline;
  blocks: Block[];
}

/**
 * The small part of Markdown that answers and documents use: paragraphs, headings, lists, tables, quotes, code.
 * Everything else, HTML included, stays the text that it is.
 */
export function parseMarkdown(source: string, { from = 0, to = source.length, inline = parseInline }: ReadingOptions = {}): Block[] {
  const reading: Reading = { source, lines: linesOf(source, from, to), to, inline, blocks: [] };
  let at = 0;
  while (at < reading.lines.length) at = parseBlock(reading, at);
  return reading.blocks;
}

/** Reads the block that begins at a line; returns the line after it. */
function parseBlock(reading: Reading, at: number): number {
  const { text } = reading.lines[at]!;
  if (text.trim() === '') return at + 1;
  if (FENCE.test(text)) return parseFence(reading, at);
  if (TABLE.test(text)) return parseTable(reading, at);
  if (HEADING.test(text)) return parseHeading(reading, at);
  if (QUOTE.test(text)) return parseQuote(reading, at);
  return ITEM.test(text) ? parseItem(reading, at) : parseParagraph(reading, at);
}

const startsBlock = (text: string): boolean =>
  text.trim() === '' || [FENCE, TABLE, HEADING, QUOTE, ITEM].some((pattern) => pattern.test(text));

/** The first line from `at` on that does not belong to the block any more. */
function lineAfter(lines: readonly Line[], at: number, belongs: (text: string) => boolean): number {
  let next = at;
  while (next < lines.length && belongs(lines[next]!.text)) next += 1;
  return next;
}

export function verbatim(source: string, from: number, to: number): Block {
  return { kind: 'code', inlines: to > from ? [{ ...PLAIN, text: source.slice(from, to), start: from }] : [] };
}

function parseFence({ source, lines, blocks }: Reading, at: number): number {
  const close = lineAfter(lines, at + 1, (text) => !FENCE.test(text));
  if (close > at + 1) blocks.push(verbatim(source, lines[at + 1]!.start, endOf(lines[close - 1]!)));
  return close + 1;
}

function parseTable({ source, lines, inline, blocks }: Reading, at: number): number {
  const next = lineAfter(lines, at, (text) => TABLE.test(text));
  blocks.push(tableOf(source, lines.slice(at, next), inline));
  return next;
}

function parseHeading({ source, lines, inline, blocks }: Reading, at: number): number {
  const line = lines[at]!;
  const [mark, hashes] = HEADING.exec(line.text) as unknown as [string, string];
  blocks.push({ kind: 'heading', level: hashes.length, inlines: inline(source, line.start + mark.length, endOf(line)) });
  return at + 1;
}

function parseQuote({ source, lines, to, inline, blocks }: Reading, at: number): number {
  const next = lineAfter(lines, at, (text) => QUOTE.test(text));
  const inlines = lines.slice(at, next).flatMap((line) => {
    // The line break is kept with its line, so that words of two lines do not grow together.
    const end = Math.min(endOf(line) + 1, to);
    return inline(source, line.start + QUOTE.exec(line.text)![0].length, end);
  });
  blocks.push({ kind: 'quote', inlines });
  return next;
}

function parseItem({ source, lines, inline, blocks }: Reading, at: number): number {
  const line = lines[at]!;
  const [mark, indent, number] = ITEM.exec(line.text) as unknown as [string, string, string | undefined];
  const next = lineAfter(lines, at + 1, (text) => !startsBlock(text));
  const item = { inlines: inline(source, line.start + mark.length, endOf(lines[next - 1]!)) };
  const depth = Math.min(DEPTH_MAX, Math.floor(indent.length / 2));
  const last = blocks.at(-1);
  const ordered = number !== undefined;
  if (last?.kind === 'list' && last.ordered === ordered && last.depth === depth) last.items.push(item);
  else blocks.push({ kind: 'list', ordered, first: Number(number ?? 1), depth, items: [item] });
  return next;
}

function parseParagraph({ source, lines, inline, blocks }: Reading, at: number): number {
  const next = lineAfter(lines, at + 1, (text) => !startsBlock(text));
  blocks.push({ kind: 'paragraph', inlines: inline(source, lines[at]!.start, endOf(lines[next - 1]!)) });
  return next;
}
