export interface Ranked {
  id: string;
  score: number;
}

/** What one way of searching found, best first, with its own scores. */
export interface Leg {
  ranked: readonly Ranked[];
  /** Share of the leg beside the others. */
  weight: number;
  /** The score of what the leg did not find, where that is known: 0 for BM25. Else its last score stands for it. */
  absentScore?: number;
}

/**
 * Convex combination of the legs' scores, each stretched to 0 for what a leg did not find and 1 for its best (Bruch, Gai
 * and Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval", ACM TOIS 2023). Unlike reciprocal rank fusion it
 * tells a leg that is sure of its first from one whose hits are all alike; see docs/decisions. Of equal ones the lower id
 * comes first, so that who asks again sees the same.
 *
 * @example fuse([{ ranked: bm25, weight: 0.6, absentScore: 0 }, { ranked: dense, weight: 0.4 }])[0]!.id
 */
export function fuse(legs: readonly Leg[]): Ranked[] {
  const scores = new Map<string, number>();
  for (const { ranked, weight, absentScore } of legs) {
    const best = ranked[0]?.score ?? 0;
    const floor = absentScore ?? ranked.at(-1)?.score ?? 0;
    const range = best - floor;
    for (const { id, score } of ranked) scores.set(id, (scores.get(id) ?? 0) + weight * (range > 0 ? Math.max(0, score - floor) / range : 1));
  }
  return [...scores].map(([id, score]) => ({ id, score })).sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
}
