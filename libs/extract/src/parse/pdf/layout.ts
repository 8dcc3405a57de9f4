import type { BlockKind } from '@kontor/rag-core';
import type { TextBuilder } from '../text-builder.js';
import { headingLevel } from './headings.js';
import { joinLines } from './join-lines.js';
import type { Line } from './line.js';
import { measure, type Measures } from './measures.js';
import { tableAt } from './tables.js';

interface Group {
  kind: BlockKind;
  level: number;
  /** Of a list, one entry an item; else one. */
  parts: Line[][];
}

// How much wider than usual a gap between lines must be to part two paragraphs.
const PARAGRAPH_GAP = 1.3;
const BULLET = /^[•◦▪‣●○■□–*·\uf0b7\uf0a7-]\s+/u;
const NUMBER = /^(?:\d{1,2}[.)]|\(?[a-z]\))\s+\S/;
const SUBSECTION = /^\(\d{1,2}[a-z]?\)\s/;
const SENTENCE_END = /[.!?:;…]["”“»)]?$/;

/** Lines become headings, paragraphs, lists and tables. */
export function layOut(lines: readonly Line[], builder: TextBuilder): void {
  const measures = measure(lines);
  let group: Group | null = null;
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at]!;
    const level = headingLevel(line, lines[at - 1], lines[at + 1], measures);
    const table = level === 0 ? tableAt(lines, at) : null;
    if (table) {
      emit(group, builder);
      group = null;
      builder.add('table', table.text, { page: line.page });
      at += table.lines - 1;
      continue;
    }
    if (group && continues(group, line, level, measures)) add(group, line);
    else {
      emit(group, builder);
      group = { kind: level > 0 ? 'heading' : isItem(line) ? 'list' : 'paragraph', level, parts: [[line]] };
    }
  }
  emit(group, builder);
}

function continues(group: Group, line: Line, level: number, measures: Measures): boolean {
  const previous = group.parts.at(-1)!.at(-1)!;
  if (group.kind === 'heading' || level > 0) return group.level === level && isNear(previous, line, measures) && sameNode(previous, line) && line.size === previous.size;
  if (isItem(line)) return group.kind === 'list';
  if (group.kind === 'list') return line.x >= group.parts[0]![0]!.x - 1 && isNear(previous, line, measures) && sameNode(previous, line);
  // Over the end of a column or page, a sentence that has not ended goes on.
  if (isOverEdge(previous, line)) return goesOn(previous, line) && line.size === previous.size;
  if (previous.tag && line.tag) return sameNode(previous, line) && isNear(previous, line, measures);
  if (SUBSECTION.test(line.text) && SENTENCE_END.test(previous.text)) return false;
  return isNear(previous, line, measures) && !isIndented(group.parts[0]!, line);
}

function isNear(previous: Line, line: Line, { leading }: Measures): boolean {
  const gap = line.y - previous.y;
  return previous.page === line.page && gap >= 0 && gap <= PARAGRAPH_GAP * leading * Math.max(previous.size, line.size);
}

function isOverEdge(previous: Line, line: Line): boolean {
  return previous.page !== line.page || line.y < previous.y;
}

function goesOn(previous: Line, line: Line): boolean {
  return !SENTENCE_END.test(previous.text) && (/^[\p{Ll}(]/u.test(line.text) || line.text.length > 20);
}

/** Of lines without tags this is always true: there, position must do. */
function sameNode(previous: Line, line: Line): boolean {
  return previous.tag?.node === line.tag?.node;
}

/** The first line of the next paragraph, in a layout that indents instead of leaving a gap. */
function isIndented(lines: readonly Line[], line: Line): boolean {
  const indent = line.x - Math.min(...lines.map(({ x }) => x));
  return indent > 0.8 * line.size && indent < 4 * line.size && SENTENCE_END.test(lines.at(-1)!.text);
}

function isItem({ text, tag }: Line): boolean {
  return tag?.kind === 'item' || BULLET.test(text) || NUMBER.test(text);
}

function add(group: Group, line: Line): void {
  const part = group.parts.at(-1)!;
  if (group.kind === 'list' && opensItem(part.at(-1)!, line)) group.parts.push([line]);
  else part.push(line);
}

function opensItem(previous: Line, line: Line): boolean {
  if (BULLET.test(line.text) || NUMBER.test(line.text)) return true;
  if (line.tag?.kind !== 'item') return false;
  // A page's tags are numbered anew, so an item that goes on over the edge looks like another.
  return isOverEdge(previous, line) ? !/^\p{Ll}/u.test(line.text) : !sameNode(previous, line);
}

function emit(group: Group | null, builder: TextBuilder): void {
  if (!group) return;
  const texts = group.parts.map((lines) => joinLines(lines.map(({ text }) => text)));
  const text = group.kind === 'list' ? texts.map(itemText).join('\n') : texts.join(' ');
  builder.add(group.kind, text, { ...(group.level > 0 && { level: Math.min(6, group.level) }), page: group.parts[0]![0]!.page });
}

function itemText(text: string): string {
  return NUMBER.test(text) ? text : `- ${text.replace(BULLET, '')}`;
}
