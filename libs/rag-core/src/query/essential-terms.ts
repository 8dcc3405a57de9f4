import { termDimension, type Vocabulary } from '../analysis/index.js';
import type { Query } from './weights.js';

/**
 * The dimensions whose chunks are looked at where looking at every chunk would take too long. A chunk that holds none of
 * a question's heavy terms seldom has a place among the best (MaxScore, Turtle and Flood 1995): the heaviest come first,
 * and of the others those that still fit, so that together they stand in at most `chunksMax` chunks. Where even the
 * heaviest is more common than that, it stays alone.
 */
export function essentialTerms(query: Query, vocabulary: Vocabulary, chunksMax: number): number[] {
  const chosen: number[] = [];
  let chunks = 0;
  for (const { term } of query.terms) {
    const frequency = vocabulary.frequency(term);
    if (chosen.length > 0 && chunks + frequency > chunksMax) continue;
    chosen.push(termDimension(term));
    chunks += frequency;
  }
  return chosen;
}
