import { html, nothing, type TemplateResult } from 'lit';
import type { Citation } from '@kontor/contracts';
import type { Answer } from '../answer/answer.js';
import { claimsOf, markClaims, type Claim, type Piece } from '../answer/claims.js';
import { parseMarkdown } from '../markdown/markdown.js';
import { blockView, inlineView, type BlockLook } from './blocks.js';
import type { View } from './view.js';

/** A word that is longer than this may break from its mark rather than leave the screen. */
const LAST_WORD = /\S{1,24}$/;

/** The answer as text nodes and elements: no letter of it is ever read as HTML. */
export function answerText(view: View, answer: Answer): TemplateResult[] {
  const blocks = markClaims(parseMarkdown(answer.text), claimsOf(answer.text, answer.citations));
  const look: BlockLook<Piece> = {
    texts: view.texts,
    line: (pieces) => pieces.map((piece) => pieceView(view, answer, piece)),
    heading: (_level, words) => html`<h4>${words}</h4>`,
  };
  return blocks.map((block) => blockView(block, look));
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
  const look = inlineView(piece);
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
