export interface Fused {
  id: string;
  score: number;
}

export interface FuseOptions {
  /** Damps the first places; 60 as in Cormack, Clarke and Büttcher, SIGIR 2009. */
  k?: number;
  /** One factor a list; 1 for each where absent. */
  weights?: readonly number[];
}

/**
 * Reciprocal rank fusion: each list gives an id `weight / (k + place)`. Needs no scores, so legs of any scale go together.
 *
 * @example fuse([['a', 'b'], ['b', 'c']])[0]!.id // 'b'
 */
export function fuse(lists: readonly (readonly string[])[], options: FuseOptions = {}): Fused[] {
  const k = options.k ?? 60;
  const scores = new Map<string, number>();
  lists.forEach((list, index) => {
    const weight = options.weights?.[index] ?? 1;
    list.forEach((id, place) => scores.set(id, (scores.get(id) ?? 0) + weight / (k + place + 1)));
  });
  return [...scores].map(([id, score]) => ({ id, score })).sort((a, b) => b.score - a.score);
}
