import type { Block } from '@kontor/rag-core';
import { ownText } from '../own-text.js';
import type { Parsed, Source } from '../parser.js';

interface Line {
  text: string;
  start: number;
}

const HEADING_UNITS_MAX = 120;
const SHOUTED_LETTERS_MIN = 4;
const ITEM = /^(?:[-*•]|\d{1,3}[.)])\s/;
const UNDERLINE = /^[=\-~*_#]{3,}$/;

/** Plain text keeps its own text. Paragraphs stand between blank lines; an underlined line, one in capitals and a lone first line are headings. */
export function parseText(source: Source): Parsed {
  const text = ownText(source);
  const blocks: Block[] = [];
  for (const lines of paragraphs(text)) addParagraph(blocks, lines);
  const [first] = blocks;
  return { text, blocks, title: first?.kind === 'heading' ? text.slice(first.start, first.end) : undefined };
}

/** Lines without their outer spaces, in groups that blank lines part. */
function* paragraphs(text: string): Generator<Line[]> {
  let lines: Line[] = [];
  let start = 0;
  for (const raw of text.split('\n')) {
    const trimmed = raw.trim();
    if (trimmed !== '') lines.push({ text: trimmed, start: start + raw.length - raw.trimStart().length });
    else if (lines.length > 0) {
      yield lines;
      lines = [];
    }
    start += raw.length + 1;
  }
  if (lines.length > 0) yield lines;
}

function addParagraph(blocks: Block[], lines: Line[]): void {
  const [first, second] = lines as [Line, Line?];
  const short = first.text.length <= HEADING_UNITS_MAX;
  const underlined = short && second !== undefined && UNDERLINE.test(second.text);
  const lone = short && second === undefined && blocks.length === 0 && !/[.!?;,:]$/.test(first.text) && !ITEM.test(first.text);
  const shouted = !underlined && isShouted(first.text) && (second === undefined || !isShouted(second.text));
  const level = underlined ? (second.text.startsWith('=') ? 1 : 2) : blocks.length === 0 ? 1 : 2;
  if (underlined || lone || shouted) blocks.push({ kind: 'heading', level, ...range([first]) });
  const rest = underlined ? lines.slice(2) : lone || shouted ? lines.slice(1) : lines;
  if (rest.length > 0) blocks.push({ kind: ITEM.test(rest[0]!.text) ? 'list' : 'paragraph', ...range(rest) });
}

/** Where there is no bold type, capitals head a section; several lines of them are text that shouts. */
function isShouted(text: string): boolean {
  if (text.length > HEADING_UNITS_MAX || /\p{Ll}|[.,;:]$/u.test(text)) return false;
  return (text.match(/\p{L}/gu)?.length ?? 0) >= SHOUTED_LETTERS_MIN;
}

function range(lines: Line[]): { start: number; end: number } {
  const last = lines.at(-1)!;
  return { start: lines[0]!.start, end: last.start + last.text.length };
}
