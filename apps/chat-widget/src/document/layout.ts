import type { DocumentBlock, Passage } from '@kontor/contracts';
import { markClaims, type Claim, type Piece } from '../answer/claims.js';
import { leavesOf, type Block } from '../markdown/block.js';
import { parseInline, plainInline } from '../markdown/inline.js';
import { parseMarkdown, verbatim } from '../markdown/markdown.js';

/** A piece of the document as it is drawn; `page` where a page of the original begins with it. */
export interface LaidOut {
  block: Block<Piece>;
  page: number | null;
}

/** The words that the person asked to see: the passage may since have been widened around them. */
export interface Cited {
  start: number;
  end: number;
}

/**
 * The passage as headings, paragraphs, lists and tables, with the cited words marked as a claim of their own.
 * Null where no layout is known, or where the cited words lie outside of it: they have to be seen above all.
 */
export function layOut(passage: Passage, cited: Cited): LaidOut[] | null {
  const marked: Claim = { start: cited.start - passage.textStart, end: cited.end - passage.textStart, supported: true, citations: [] };
  const drawn: { block: Block; page: number | null }[] = [];
  let page: number | undefined;
  for (const known of passage.blocks) {
    for (const [index, block] of blocksOf(passage, known).entries()) {
      drawn.push({ block, page: index === 0 && known.page !== undefined && known.page !== page ? known.page : null });
    }
    page = known.page;
  }
  const blocks = markClaims(drawn.map(({ block }) => block), [marked]);
  const seen = blocks.some((block) => leavesOf(block).some((piece) => piece.claim !== null));
  if (blocks.length === 0 || (marked.end > marked.start && !seen)) return null;
  return blocks.map((block, index) => ({ block, page: drawn[index]!.page }));
}

function blocksOf(passage: Passage, known: DocumentBlock): Block[] {
  const { text, textStart } = passage;
  // The first and the last block may reach beyond the text that came with them.
  const from = Math.max(0, known.start - textStart);
  const to = Math.min(text.length, known.end - textStart);
  const isMarkdown = passage.mediaType === 'text/markdown';
  const inline = isMarkdown ? parseInline : plainInline;
  const isMarked = known.kind === 'list' || known.kind === 'table' || (isMarkdown && (known.kind === 'code' || known.kind === 'quote'));
  if (isMarked && !(known.kind === 'code' && !/^\s*(```|~~~)/.test(text.slice(from, to)))) return parseMarkdown(text, { from, to, inline });
  if (known.kind === 'heading') return [{ kind: 'heading', level: known.level ?? 1, inlines: inline(text, from, to) }];
  if (known.kind === 'code') return [verbatim(text, from, to)];
  return [{ kind: known.kind === 'quote' ? 'quote' : 'paragraph', inlines: inline(text, from, to) }];
}
