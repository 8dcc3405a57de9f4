import type { Block, BlockKind, ExtractedDocument } from '@kontor/rag-core';
import { decodeText } from './decode.js';

interface Line {
  text: string;
  start: number;
  end: number;
}

const HEADING = /^ {0,3}(#{1,6})(?:\s|$)/;
const FENCE = /^ {0,3}(```|~~~)/;
const LIST = /^\s*(?:[-*+]|\d{1,9}[.)])\s/;
const UNDERLINE = /^ {0,3}(=+|-+)\s*$/;

/**
 * Markdown keeps its own text, so that ranges and quotes are those of the file. The block structure of CommonMark
 * is read line by line, which stays linear on statutes of several megabytes; inline markup is left to the reader.
 */
export function parseMarkdown(bytes: Uint8Array, name: string): ExtractedDocument {
  const text = decodeText(bytes);
  const front = frontMatter(text);
  const lines = linesOf(text).filter((line) => !front || line.end <= front.start || line.start >= front.end);
  const blocks = readBlocks(lines);
  const first = blocks.find((block) => block.kind === 'heading');
  const heading = first ? text.slice(first.start, first.end).replace(/^[#\s]+/, '').replace(/\n[=-]+\s*$/, '').trim() : '';
  return { text, title: heading || front?.title || name.replace(/\.[^.]+$/, ''), mediaType: 'text/markdown', blocks };
}

function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  for (let start = 0; start < text.length; ) {
    const at = text.indexOf('\n', start);
    const end = at < 0 ? text.length : at;
    lines.push({ text: text.slice(start, end), start, end });
    start = end + 1;
  }
  return lines;
}

/** Front matter between `---` lines near the top; some files have lines of their own before it. */
function frontMatter(text: string): { start: number; end: number; title: string | undefined } | null {
  const match = /(?:^|\n)---\n(?:[^\n]*\n){1,60}?---(?:\n|$)/.exec(text.slice(0, 8_000));
  if (!match || match.index > 500) return null;
  const start = match[0].startsWith('\n') ? match.index + 1 : match.index;
  if (!/^[A-Za-z_][\w-]*:/m.test(match[0])) return null;
  const title = /^title:\s*(?:>-|\|-|>|\|)?\s*((?:[^\n]+\n)(?:[ \t]+[^\n]+\n)*)/im.exec(match[0])?.[1];
  return { start, end: match.index + match[0].length, title: title?.replace(/\s+/g, ' ').replace(/^["']|["']$/g, '').trim() };
}

function readBlocks(lines: readonly Line[]): Block[] {
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at]!;
    if (line.text.trim() === '') {
      at += 1;
      continue;
    }
    const heading = HEADING.exec(line.text);
    const last = heading ? at : endOf(lines, at);
    const underline = !heading && last > at ? UNDERLINE.exec(lines[last]!.text) : null;
    const range = { start: line.start, end: lines[last]!.end };
    if (heading) blocks.push({ kind: 'heading', level: heading[1]!.length, ...range });
    else if (underline && last === at + 1) blocks.push({ kind: 'heading', level: underline[1]!.startsWith('=') ? 1 : 2, ...range });
    else blocks.push({ kind: kindOf(line.text), ...range });
    at = last + 1;
  }
  return blocks;
}

function kindOf(line: string): BlockKind {
  if (FENCE.test(line) || /^( {4}|\t)/.test(line)) return 'code';
  if (/^\s*\|/.test(line)) return 'table';
  if (/^\s*>/.test(line)) return 'quote';
  return LIST.test(line) ? 'list' : 'paragraph';
}

/** The last line of the block that begins at `at`. */
function endOf(lines: readonly Line[], at: number): number {
  const fence = FENCE.exec(lines[at]!.text);
  if (fence) {
    for (let next = at + 1; next < lines.length; next += 1) if (lines[next]!.text.trim().startsWith(fence[1]!)) return next;
    return lines.length - 1;
  }
  const list = LIST.test(lines[at]!.text);
  let last = at;
  for (let next = at + 1; next < lines.length; next += 1) {
    const text = lines[next]!.text;
    if (HEADING.test(text) || FENCE.test(text)) return last;
    if (text.trim() === '') {
      // A list goes on over blank lines while its items or their indented text follow.
      const after = lines[next + 1]?.text ?? '';
      if (!list || !(LIST.test(after) || /^\s{2,}\S/.test(after))) return last;
      continue;
    }
    last = next;
  }
  return last;
}
