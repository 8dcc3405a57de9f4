import type { EmbedBatch } from './protocol.js';

/** A batch keeps a thread busy and a query waits for it, so it holds one long text or some short ones. */
export const BATCH_TOKENS_MAX = 512;

/** A batch and where its texts stood in the call. */
export interface PlacedBatch extends EmbedBatch {
  places: number[];
}

/**
 * Batches of texts sorted by length, the longest first: at the end of a call the threads then wait for short texts
 * and not for a long one.
 */
export function batchesOf(encoded: readonly (readonly number[])[]): PlacedBatch[] {
  const places = [...encoded.keys()].sort((a, b) => encoded[b]!.length - encoded[a]!.length);
  const groups: number[][] = [];
  let freeTokens = 0;
  for (const place of places) {
    const { length } = encoded[place]!;
    if (length > freeTokens) {
      groups.push([]);
      freeTokens = BATCH_TOKENS_MAX;
    }
    groups.at(-1)!.push(place);
    freeTokens -= length;
  }
  return groups.map((group) => ({
    places: group,
    lengths: Int32Array.from(group, (place) => encoded[place]!.length),
    ids: Int32Array.from(group.flatMap((place) => encoded[place]!)),
  }));
}
