const RANK_MAX = 10;

/** What search found for one question: for each gold passage the places (from 0) at which a hit holds it. */
export interface JudgedHits {
  /** Relevance of each place, 0 or 1. */
  relevant: readonly boolean[];
  /** Gold passages that are found within k places, by k. */
  foundAt: (k: number) => number;
  /** Gold passages that are needed. */
  needed: number;
}

/** Share of the needed passages among the first k hits. */
export const recallAt = (hits: JudgedHits, k: number): number => Math.min(1, hits.foundAt(k) / hits.needed);

/** One over the place of the first relevant hit among ten, else 0. */
export function reciprocalRank(hits: JudgedHits): number {
  const place = hits.relevant.slice(0, RANK_MAX).indexOf(true);
  return place < 0 ? 0 : 1 / (place + 1);
}

/** Normalised discounted cumulative gain at ten with gains of 0 and 1 (Järvelin and Kekäläinen, 2002). */
export function normalisedGain(hits: JudgedHits): number {
  const gain = hits.relevant.slice(0, RANK_MAX).reduce((sum, relevant, place) => sum + (relevant ? 1 / Math.log2(place + 2) : 0), 0);
  const relevantMax = Math.max(hits.needed, hits.relevant.slice(0, RANK_MAX).filter(Boolean).length);
  let ideal = 0;
  for (let place = 0; place < Math.min(RANK_MAX, relevantMax); place += 1) ideal += 1 / Math.log2(place + 2);
  return ideal === 0 ? 0 : gain / ideal;
}

const flat = (text: string): string => text.replace(/\s+/g, ' ').trim().toLowerCase();
const QUOTE_SHARE_MIN = 0.6;

/** Whether a hit holds a quote, or most of it, after white space is collapsed. */
export function quoteHit(text: string, quote: string): boolean {
  const [hay, needle] = [flat(text), flat(quote)];
  if (hay.includes(needle)) return true;
  // Most of it: a run of its words of at least that share, as a quote may lie across two passages.
  const words = needle.split(' ');
  const length = Math.ceil(words.length * QUOTE_SHARE_MIN);
  for (let from = 0; from + length <= words.length; from += 1) if (hay.includes(words.slice(from, from + length).join(' '))) return true;
  return false;
}

/** Whether each required fact stands in an answer in one of its wordings; a digit at an edge must not touch another number. */
export function factsFound(answer: string, facts: readonly (readonly string[])[]): boolean[] {
  const text = flat(answer.replace(/[*_`#]+/g, ''));
  return facts.map((wordings) => wordings.some((wording) => holds(text, wording.toLowerCase())));
}

function holds(text: string, wording: string): boolean {
  for (let at = text.indexOf(wording); at >= 0; at = text.indexOf(wording, at + 1)) {
    const before = /^\d/.test(wording) && /\d[.,]?$/.test(text.slice(0, at));
    const after = /\d$/.test(wording) && /^[.,]?\d/.test(text.slice(at + wording.length));
    if (!before && !after) return true;
  }
  return false;
}

/** The value below which a share of the values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
