import MarkdownIt, { type Token } from 'markdown-it';
import type { Block, BlockKind } from '@kontor/rag-core';
import { ownText } from '../own-text.js';
import type { Parsed, Source } from '../parser.js';
import { findFrontMatter } from './front-matter.js';

// Blocks only: inline markup is the largest part of the work and gives no range that is needed. Link definitions
// and indented code stay paragraphs, so that their words are found too; statutes indent their enumerations that deep.
const markdown = new MarkdownIt({ html: true }).disable(['reference', 'code']);
markdown.core.ruler.enableOnly(['normalize', 'block']);

const KINDS: Record<string, BlockKind> = {
  heading_open: 'heading',
  paragraph_open: 'paragraph',
  bullet_list_open: 'list',
  ordered_list_open: 'list',
  table_open: 'table',
  fence: 'code',
  blockquote_open: 'quote',
  html_block: 'paragraph',
};

/** Markdown keeps its own text, so that ranges and quotes are those of the file. */
export function parseMarkdown(source: Source): Parsed {
  const text = ownText(source);
  const front = findFrontMatter(text);
  const preamble = text.slice(0, front?.start ?? 0).trim();
  const blocks: Block[] = preamble === '' ? [] : [{ kind: 'paragraph', start: 0, end: preamble.length }];
  blocks.push(...readBlocks(text, front?.end ?? 0));
  return { text, blocks, title: titleOf(text, blocks, preamble, front?.values), ...(front && { metadata: front.values }) };
}

function readBlocks(text: string, offset: number): Block[] {
  const body = text.slice(offset);
  const starts = [0];
  for (let at = body.indexOf('\n'); at >= 0; at = body.indexOf('\n', at + 1)) starts.push(at + 1);
  return markdown
    .parse(body, {})
    .filter((token) => token.level === 0 && token.map !== null && token.type in KINDS)
    .flatMap((token) => {
      const [first, last] = token.map!;
      return trimmed(text, token, offset + starts[first]!, offset + (starts[last] ?? body.length)) ?? [];
    });
}

/** A heading's range is its words; of anything else, its lines. */
function trimmed(text: string, token: Token, from: number, to: number): Block | null {
  const kind = KINDS[token.type]!;
  let lines = text.slice(from, to).trimEnd();
  if (kind === 'heading') lines = token.markup.startsWith('#') ? lines.replace(/(^|\s)#+$/, '') : lines.slice(0, lines.lastIndexOf('\n'));
  if (kind === 'heading') lines = lines.replace(/\s*\{#[^{}\n]*\}\s*$/, '');
  const marker = kind === 'heading' ? /^\s*(#+(?=\s))?\s*/ : /^\s*/;
  const start = from + marker.exec(lines)![0].length;
  const end = from + lines.trimEnd().length;
  const invisible = token.type === 'html_block' && /^\s*<!--[^]*-->$/.test(lines);
  if (end <= start || invisible) return null;
  return { kind, ...(kind === 'heading' && { level: Number(token.tag.slice(1)) }), start, end };
}

function titleOf(text: string, blocks: readonly Block[], preamble: string, values: Record<string, string> = {}): string | undefined {
  const stated = values.title ?? values.Title;
  const first = blocks.find(({ kind }) => kind === 'heading');
  const heading = first && plain(text.slice(first.start, first.end));
  // A long title that begins above the front matter goes on in it, and its heading repeats only the second part.
  if (preamble !== '' && stated && heading?.startsWith(stated)) return `${preamble.replace(/\s+/g, ' ')} ${heading}`;
  return first?.level === 1 ? heading : (stated ?? heading);
}

function plain(heading: string): string {
  return heading.replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*]|(?<!\w)_|_(?!\w)|<[^>]*>/g, '');
}
