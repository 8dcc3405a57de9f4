import type { Citation } from '@kontor/contracts';
import { leavesOf, mapLeaves, type Block } from '../markdown/block.js';
import type { Inline } from '../markdown/inline.js';

/** A sentence of the answer with everything that was found about it. */
export interface Claim {
  start: number;
  end: number;
  supported: boolean;
  citations: Citation[];
}

/** A piece of text that belongs to at most one claim; `closes` names the claim whose last visible letter it holds. */
export interface Piece extends Inline {
  claim: Claim | null;
  closes: Claim | null;
}

/** Citations of the same sentence become one claim; blank edges are left out, so that a mark never follows a space. */
export function claimsOf(text: string, citations: readonly Citation[]): Claim[] {
  const claims = new Map<string, Claim>();
  for (const citation of citations) {
    const sentence = text.slice(citation.answerStart, citation.answerEnd);
    const start = citation.answerStart + sentence.length - sentence.trimStart().length;
    const end = citation.answerStart + sentence.trimEnd().length;
    if (end <= start) continue;
    const claim = claims.get(`${start}-${end}`) ?? { start, end, supported: false, citations: [] };
    claim.supported ||= citation.supported;
    claim.citations.push(citation);
    claims.set(`${start}-${end}`, claim);
  }
  return [...claims.values()].sort((a, b) => a.start - b.start);
}

/** Cuts the leaves of the blocks where claims begin and end. */
export function markClaims(blocks: readonly Block[], claims: readonly Claim[]): Block<Piece>[] {
  const edges = [...new Set(claims.flatMap((claim) => [claim.start, claim.end]))].sort((a, b) => a - b);
  const lastPiece = new Map<Claim, Piece>();
  const cut = (inlines: Inline[]): Piece[] =>
    inlines.flatMap((inline) => {
      const pieces = cutAt(inline, edges, claims);
      for (const piece of pieces) if (piece.claim !== null) lastPiece.set(piece.claim, piece);
      return pieces;
    });
  const marked = blocks.map((block) => mapLeaves(block, cut));
  for (const [claim, piece] of lastPiece) piece.closes = claim;
  return marked;
}

/** The words of each claim as they are read out: without the marks of their look. */
export function wordsOfClaims(blocks: readonly Block<Piece>[]): Map<Claim, string> {
  const words = new Map<Claim, string>();
  for (const { claim, text } of blocks.flatMap(leavesOf)) if (claim !== null) words.set(claim, (words.get(claim) ?? '') + text);
  return words;
}

function cutAt(inline: Inline, edges: readonly number[], claims: readonly Claim[]): Piece[] {
  const end = inline.start + inline.text.length;
  const inside = edges.filter((edge) => edge > inline.start && edge < end);
  const starts = [inline.start, ...inside];
  return starts.map((start, index) => ({
    ...inline,
    start,
    text: inline.text.slice(start - inline.start, (starts[index + 1] ?? end) - inline.start),
    claim: claims.find((claim) => claim.start <= start && start < claim.end) ?? null,
    closes: null,
  }));
}
