import { termDimension, type Vocabulary } from '../analysis/index.js';
import type { Query } from './weights.js';

/** How much a term's being common counts against it: of two that weigh about the same the rarer one costs less to look up. */
const RARITY = 0.2;
/** What weighs so much less than the heaviest lifts nothing among the best by itself. */
const WEIGHT_SHARE_MIN = 0.2;

/**
 * The dimensions whose chunks are looked at where looking at every chunk would take too long. A chunk that holds none of
 * a question's heavy terms seldom has a place among the best (MaxScore, Turtle and Flood 1995): those worth most come first,
 * and of the others those that still fit, so that together they stand in at most `chunksMax` chunks. Where even the
 * first is more common than that, it stays alone.
 */
export function essentialTerms(query: Query, vocabulary: Vocabulary, chunksMax: number): number[] {
  const chosen: number[] = [];
  let chunks = 0;
  const known = query.terms.map(({ term, weight }) => ({ term, weight, frequency: vocabulary.frequency(term) }));
  const worth = ({ weight, frequency }: (typeof known)[number]): number => weight / frequency ** RARITY;
  const weightMin = WEIGHT_SHARE_MIN * (query.terms[0]?.weight ?? 0);
  for (const { term, weight, frequency } of known.sort((a, b) => worth(b) - worth(a))) {
    if (chosen.length > 0 && (chunks + frequency > chunksMax || weight < weightMin)) continue;
    chosen.push(termDimension(term));
    chunks += frequency;
  }
  return chosen;
}
