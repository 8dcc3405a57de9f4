import type { EmbedBatch } from './protocol.js';

/**
 * A batch keeps a thread busy, and a query waits for it; short texts go together, since a call has its cost too.
 * Larger batches are not quicker on a CPU.
 */
const BATCH_TOKENS_MAX = 512;

/** Texts of the same length and where they stood in the call. */
export interface PlacedBatch extends EmbedBatch {
  places: number[];
}

/** Sorts by length and joins only texts of the same length, so that not one padding token is computed. */
export function batchesOf(encoded: readonly (readonly number[])[]): PlacedBatch[] {
  const byLength = Map.groupBy(encoded.keys(), (place) => encoded[place]!.length);
  // The longest first: at the end of a call the threads then wait for short texts, not for a long one.
  const lengths = [...byLength.keys()].sort((a, b) => b - a);
  return lengths.flatMap((tokens) => {
    const places = byLength.get(tokens)!;
    const textsMax = Math.max(1, Math.floor(BATCH_TOKENS_MAX / tokens));
    const batches = Math.ceil(places.length / textsMax);
    return Array.from({ length: batches }, (_, i) => placeBatch(places.slice(i * textsMax, (i + 1) * textsMax), tokens, encoded));
  });
}

function placeBatch(places: number[], tokens: number, encoded: readonly (readonly number[])[]): PlacedBatch {
  const ids = new Int32Array(places.length * tokens);
  for (const [row, place] of places.entries()) ids.set(encoded[place]!, row * tokens);
  return { texts: places.length, tokens, ids, places };
}
