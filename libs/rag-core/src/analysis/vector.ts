import type { SparseVector, Term } from './types.js';

/** BM25's parameters. They belong to an index generation: other values mean another index. */
export interface Bm25Constants {
  k1: number;
  b: number;
  /** Terms of an average chunk. Fixed, so that a document's weights do not depend on its neighbours. */
  averageLength: number;
}

export const BM25: Bm25Constants = { k1: 1.2, b: 0.6, averageLength: 140 };

export const DIMENSIONS_MAX = 1_000_000_000;

/** The dimension of a term: a 32-bit FNV-1a hash with a final mix, from 1 to a thousand million. */
export function termDimension(term: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < term.length; i += 1) {
    const unit = term.charCodeAt(i);
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193);
    hash = Math.imul(hash ^ (unit >>> 8), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) % DIMENSIONS_MAX + 1;
}

/** The BM25 weights of a chunk without idf, which lies in the query's vector, because it changes with the corpus. */
export function documentVector(terms: readonly (Term | string)[], constants: Bm25Constants = BM25): SparseVector {
  const counts = new Map<string, number>();
  for (const entry of terms) {
    const term = typeof entry === 'string' ? entry : entry.term;
    counts.set(term, (counts.get(term) ?? 0) + 1);
  }
  const norm = constants.k1 * (1 - constants.b + (constants.b * terms.length) / constants.averageLength);
  const weights = new Map<number, number>();
  for (const [term, count] of counts) add(weights, termDimension(term), (count * (constants.k1 + 1)) / (count + norm));
  return toSparse(weights);
}

/** Sorts by dimension; two terms that share one are added up by the caller through the map. */
export function toSparse(weights: ReadonlyMap<number, number>): SparseVector {
  const dimensions = [...weights.keys()].filter((dimension) => weights.get(dimension) !== 0).sort((a, b) => a - b);
  return { dimensions, weights: dimensions.map((dimension) => weights.get(dimension)!) };
}

function add(weights: Map<number, number>, dimension: number, weight: number): void {
  weights.set(dimension, (weights.get(dimension) ?? 0) + weight);
}
