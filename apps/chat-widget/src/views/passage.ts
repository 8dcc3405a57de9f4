import { html, nothing, type TemplateResult } from 'lit';
import type { Passage } from '@kontor/contracts';
import type { Piece } from '../answer/claims.js';
import { layOut, type Cited } from '../document/layout.js';
import { blockView, inlineView, type BlockLook } from './blocks.js';
import type { View } from './view.js';

/** What is longer is no quote but a whole passage: its mark is lighter, so that it stays pleasant to read. */
const QUOTE_UNITS_MAX = 400;

/** The text of a document with the cited words marked: laid out where the layout is known, else line by line. */
export function passageView({ texts }: View, passage: Passage, cited: Cited): TemplateResult {
  const laidOut = layOut(passage, cited);
  if (laidOut === null) return plainPassage(passage, cited);
  const strength = cited.end - cited.start > QUOTE_UNITS_MAX ? 'wide' : nothing;
  const look: BlockLook<Piece> = {
    texts,
    line: (pieces) => pieces.map((piece) => (piece.claim === null ? inlineView(piece) : html`<mark class=${strength}>${inlineView(piece)}</mark>`)),
    heading: (level, words) => (level === 1 ? html`<h3>${words}</h3>` : level === 2 ? html`<h4>${words}</h4>` : html`<h5>${words}</h5>`),
  };
  return html`<div class="passage laid-out" lang="" data-lines=${passage.mediaType === 'text/markdown' ? nothing : 'kept'}>
    ${laidOut.map(({ block, page }) => html`${page === null ? nothing : html`<p class="page">${texts.page(page)}</p>`}${blockView(block, look)}`)}
  </div>`;
}

function plainPassage({ text, textStart }: Passage, { start, end }: Cited): TemplateResult {
  const [from, to] = [Math.max(0, start - textStart), Math.max(0, end - textStart)];
  return html`<div class="passage" lang="">${text.slice(0, from)}<mark>${text.slice(from, to)}</mark>${text.slice(to)}</div>`;
}
