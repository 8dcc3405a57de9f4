import { PLAIN, parseInline, type Inline } from './inline.js';

export type BlockKind = 'paragraph' | 'heading' | 'quote' | 'code';
export interface ListItem<T> {
  inlines: T[];
}
export type Block<T = Inline> =
  | { kind: BlockKind; inlines: T[] }
  | { kind: 'list'; ordered: boolean; first: number; depth: number; items: ListItem<T>[] };

interface Line {
  text: string;
  start: number;
}

const DEPTH_MAX = 2;
const FENCE = /^\s*(```|~~~)/;
const HEADING = /^\s{0,3}#{1,6}\s+/;
const QUOTE = /^\s{0,3}>\s?/;
const ITEM = /^(\s*)(?:[-*+•]|(\d{1,3})[.)])\s+/;
const TABLE = /^\s*\|/;

/**
 * The small part of Markdown that answers use: paragraphs, headings, lists, quotes, code.
 * Everything else, HTML included, stays the text that it is. Tables keep their lines.
 */
export function parseMarkdown(source: string): Block[] {
  const lines = linesOf(source);
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at]!;
    if (line.text.trim() === '') at += 1;
    else if (FENCE.test(line.text)) at = parseFence(source, lines, at, blocks);
    else if (TABLE.test(line.text)) at = parseTable(source, lines, at, blocks);
    else if (HEADING.test(line.text)) at = parseHeading(source, line, at, blocks);
    else if (QUOTE.test(line.text)) at = parseQuote(source, lines, at, blocks);
    else if (ITEM.test(line.text)) at = parseItem(source, lines, at, blocks);
    else at = parseParagraph(source, lines, at, blocks);
  }
  return blocks;
}

function linesOf(source: string): Line[] {
  let start = 0;
  return source.split('\n').map((text) => {
    const line = { text, start };
    start += text.length + 1;
    return line;
  });
}

const endOf = (line: Line): number => line.start + line.text.length;
const startsBlock = (text: string): boolean =>
  text.trim() === '' || [FENCE, TABLE, HEADING, QUOTE, ITEM].some((pattern) => pattern.test(text));

/** The first line from `at` on that does not belong to the block any more. */
function lineAfter(lines: readonly Line[], at: number, belongs: (text: string) => boolean): number {
  let next = at;
  while (next < lines.length && belongs(lines[next]!.text)) next += 1;
  return next;
}

function verbatim(source: string, from: number, to: number): Block {
  return { kind: 'code', inlines: to > from ? [{ ...PLAIN, text: source.slice(from, to), start: from }] : [] };
}

function parseFence(source: string, lines: Line[], at: number, blocks: Block[]): number {
  const close = lineAfter(lines, at + 1, (text) => !FENCE.test(text));
  if (close > at + 1) blocks.push(verbatim(source, lines[at + 1]!.start, endOf(lines[close - 1]!)));
  return close + 1;
}

function parseTable(source: string, lines: Line[], at: number, blocks: Block[]): number {
  const next = lineAfter(lines, at, (text) => TABLE.test(text));
  blocks.push(verbatim(source, lines[at]!.start, endOf(lines[next - 1]!)));
  return next;
}

function parseHeading(source: string, line: Line, at: number, blocks: Block[]): number {
  const mark = HEADING.exec(line.text)![0].length;
  blocks.push({ kind: 'heading', inlines: parseInline(source, line.start + mark, endOf(line)) });
  return at + 1;
}

function parseQuote(source: string, lines: Line[], at: number, blocks: Block[]): number {
  const next = lineAfter(lines, at, (text) => QUOTE.test(text));
  const inlines = lines.slice(at, next).flatMap((line) => {
    // The line break is kept with its line, so that words of two lines do not grow together.
    const end = Math.min(endOf(line) + 1, source.length);
    return parseInline(source, line.start + QUOTE.exec(line.text)![0].length, end);
  });
  blocks.push({ kind: 'quote', inlines });
  return next;
}

function parseItem(source: string, lines: Line[], at: number, blocks: Block[]): number {
  const line = lines[at]!;
  const [mark, indent, number] = ITEM.exec(line.text) as unknown as [string, string, string | undefined];
  const next = lineAfter(lines, at + 1, (text) => !startsBlock(text));
  const item = { inlines: parseInline(source, line.start + mark.length, endOf(lines[next - 1]!)) };
  const depth = Math.min(DEPTH_MAX, Math.floor(indent.length / 2));
  const last = blocks.at(-1);
  const ordered = number !== undefined;
  if (last?.kind === 'list' && last.ordered === ordered && last.depth === depth) last.items.push(item);
  else blocks.push({ kind: 'list', ordered, first: Number(number ?? 1), depth, items: [item] });
  return next;
}

function parseParagraph(source: string, lines: Line[], at: number, blocks: Block[]): number {
  const next = lineAfter(lines, at + 1, (text) => !startsBlock(text));
  blocks.push({ kind: 'paragraph', inlines: parseInline(source, lines[at]!.start, endOf(lines[next - 1]!)) });
  return next;
}
