/** What an index generation knows of its words: in how many chunks each stands. */
export interface Vocabulary {
  /** Chunks in all. */
  documents: number;
  /** Chunks that hold the term; 0 for an unknown one. */
  frequency(term: string): number;
  startingWith(prefix: string): Iterable<[string, number]>;
  endingWith(suffix: string): Iterable<[string, number]>;
}

/** Sorted arrays and binary search, once forwards and once by reversed word: 200,000 terms take well under a second. */
export function buildVocabulary(entries: Iterable<readonly [term: string, frequency: number]>, documents: number): Vocabulary {
  const frequencies = new Map<string, number>();
  for (const [term, frequency] of entries) frequencies.set(term, frequency);
  const forwards = [...frequencies.keys()].sort(byUnits);
  const backwards = forwards.map(reverse).sort(byUnits);
  return {
    documents,
    frequency: (term) => frequencies.get(term) ?? 0,
    *startingWith(prefix) {
      for (const term of withPrefix(forwards, prefix)) yield [term, frequencies.get(term)!];
    },
    *endingWith(suffix) {
      for (const reversed of withPrefix(backwards, reverse(suffix))) {
        const term = reverse(reversed);
        yield [term, frequencies.get(term)!];
      }
    },
  };
}

function* withPrefix(sorted: readonly string[], prefix: string): Iterable<string> {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < prefix) low = middle + 1;
    else high = middle;
  }
  for (let i = low; i < sorted.length && sorted[i]!.startsWith(prefix); i += 1) yield sorted[i]!;
}

// Plain comparison by code units: the order of a locale would break the search for a prefix.
function byUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function reverse(term: string): string {
  let reversed = '';
  for (let i = term.length - 1; i >= 0; i -= 1) reversed += term[i]!;
  return reversed;
}
