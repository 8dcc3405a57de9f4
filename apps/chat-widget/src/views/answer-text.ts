import { html, nothing, type TemplateResult } from 'lit';
import type { Citation } from '@kontor/contracts';
import type { Answer } from '../answer/answer.js';
import { claimsOf, markClaims, type Claim, type Piece } from '../answer/claims.js';
import { parseMarkdown, type Block } from '../answer/markdown.js';
import type { View } from './view.js';

/** A word that is longer than this may break from its mark rather than leave the screen. */
const LAST_WORD = /\S{1,24}$/;

/** The answer as text nodes and elements: no letter of it is ever read as HTML. */
export function answerText(view: View, answer: Answer): TemplateResult[] {
  const blocks = markClaims(parseMarkdown(answer.text), claimsOf(answer.text, answer.citations));
  return blocks.map((block) => blockView(view, answer, block));
}

function blockView(view: View, answer: Answer, block: Block<Piece>): TemplateResult {
  const line = (pieces: Piece[]) => pieces.map((piece) => pieceView(view, answer, piece));
  if (block.kind === 'list') {
    const items = block.items.map((item) => html`<li>${line(item.inlines)}</li>`);
    return block.ordered
      ? html`<ol class="depth-${block.depth}" start=${block.first}>${items}</ol>`
      : html`<ul class="depth-${block.depth}">${items}</ul>`;
  }
  if (block.kind === 'heading') return html`<h4>${line(block.inlines)}</h4>`;
  if (block.kind === 'quote') return html`<blockquote>${line(block.inlines)}</blockquote>`;
  if (block.kind === 'code') return html`<pre tabindex="0">${line(block.inlines)}</pre>`;
  return html`<p>${line(block.inlines)}</p>`;
}

function pieceView(view: View, answer: Answer, piece: Piece): TemplateResult {
  if (piece.closes === null) return claimed(view, piece);
  // The mark of a sentence never stands alone at the start of a line: the last word goes with it.
  const cut = piece.href === null ? piece.text.search(LAST_WORD) : 0;
  const head = { ...piece, text: piece.text.slice(0, Math.max(0, cut)) };
  const tail = { ...piece, text: piece.text.slice(Math.max(0, cut)) };
  const keep = html`<span class=${cut < 0 ? nothing : 'keep'}>${claimed(view, tail)}${closing(view, answer, piece.closes)}</span>`;
  return html`${head.text === '' ? nothing : claimed(view, head)}${keep}`;
}

function claimed(view: View, piece: Piece): TemplateResult {
  const look = lookOf(piece);
  return piece.claim === null ? look : html`<span class=${claimClass(view, piece.claim)}>${look}</span>`;
}

function claimClass(view: View, claim: Claim): string {
  if (!claim.supported) return 'claim unsupported';
  return claim.citations.some((citation) => isOpen(view, citation)) ? 'claim active' : 'claim';
}

function isOpen({ state }: View, citation: Citation): boolean {
  const open = state.document;
  return open !== null && open.id === citation.documentId && open.start === citation.start && open.end === citation.end;
}

function lookOf(piece: Piece): TemplateResult {
  let look = html`${piece.text}`;
  if (piece.code) look = html`<code>${look}</code>`;
  if (piece.emphasis) look = html`<em>${look}</em>`;
  if (piece.strong) look = html`<strong>${look}</strong>`;
  if (piece.href !== null) {
    const host = new URL(piece.href).host;
    look = html`<a href=${piece.href} target="_blank" rel="noopener noreferrer">${look}</a> <span class="host">(${host})</span>`;
  }
  return look;
}

function closing(view: View, answer: Answer, claim: Claim): TemplateResult {
  if (!claim.supported) return html`<span class="unsupported-word" title=${view.texts.unsupportedHelp}>${view.texts.unsupported}</span>`;
  const cited = claim.citations.filter((citation) => citation.supported && citation.source !== null);
  return html`<sup class="cites">${cited.map((citation) => {
    const source = answer.sources.find((other) => other.ordinal === citation.source);
    return html`<button
      class="cite"
      aria-label=${view.texts.openSource(citation.source!, source?.title ?? citation.path ?? '')}
      aria-pressed=${isOpen(view, citation)}
      @click=${() => void view.actions.documents.openCitation(citation, answer.sources)}
    >${citation.source}</button>`;
  })}</sup>`;
}
