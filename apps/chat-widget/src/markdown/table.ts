import type { Block, Leaf } from './block.js';
import type { Inline, ReadInline } from './inline.js';
import type { Line } from './lines.js';

const SEPARATOR = /^\s*\|?(?:\s*:?-+:?\s*\|)*\s*:?-*:?\s*$/;

/** A table of pipes. The row above the line of dashes is its head; while that line has not been written yet, it has none. */
export function tableOf(source: string, lines: readonly Line[], read: ReadInline): Block {
  const hasHead = lines.length > 1 && isSeparator(lines[1]!);
  const rows = lines.filter((line) => !isSeparator(line)).map((line) => cellsOf(source, line, read));
  return { kind: 'table', head: hasHead ? rows[0]! : [], rows: hasHead ? rows.slice(1) : rows };
}

const isSeparator = (line: Line): boolean => line.text.includes('-') && SEPARATOR.test(line.text);

function cellsOf(source: string, line: Line, read: ReadInline): Leaf<Inline>[] {
  const cells: Leaf<Inline>[] = [];
  let from = line.text.indexOf('|') + 1;
  for (let at = from; at <= line.text.length; at += 1) {
    const escaped = line.text[at] === '\\';
    const ends = at === line.text.length ? line.text.slice(from).trim() !== '' : line.text[at] === '|';
    if (ends) {
      cells.push({ inlines: readTrimmed(source, line.start + from, line.start + at, read) });
      from = at + 1;
    }
    if (escaped) at += 1;
  }
  return cells;
}

function readTrimmed(source: string, from: number, to: number, read: ReadInline): Inline[] {
  const text = source.slice(from, to);
  return read(source, from + text.length - text.trimStart().length, from + text.trimEnd().length);
}
