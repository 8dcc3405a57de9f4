import type { Vocabulary } from '../analysis/index.js';

const PART_UNITS_MIN = 4;
const WORD_UNITS_MIN = 5;
const CONTAINING_MAX = 24;
// German joins the parts of a word with these, or with nothing.
const LINKS = ['', 's', 'es', 'n', 'en', 'er'];

/** The parts of a compound that are words of the corpus: "urlaubstag" gives "urlaub" and "tag". */
export function compoundParts(term: string, vocabulary: Vocabulary): string[] {
  for (let at = term.length - 3; at >= PART_UNITS_MIN; at -= 1) {
    const tail = term.slice(at);
    if (tail.length < 3 || vocabulary.frequency(tail) === 0) continue;
    for (const link of LINKS) {
      const head = term.slice(0, at - link.length);
      if (head.length < PART_UNITS_MIN || !term.slice(0, at).endsWith(link) || vocabulary.frequency(head) === 0) continue;
      return tail.length >= PART_UNITS_MIN ? [head, tail] : [head];
    }
  }
  return [];
}

/** Words of the corpus that contain a word as first or last part: "urlaub" finds "erholungsurlaub"; the commonest first. */
export function containingWords(term: string, vocabulary: Vocabulary): string[] {
  if (term.length < WORD_UNITS_MIN || !/^\p{L}+$/u.test(term)) return [];
  const found: [string, number][] = [];
  for (const pair of vocabulary.startingWith(term)) if (pair[0].length > term.length + 2) found.push(pair);
  for (const pair of vocabulary.endingWith(term)) if (pair[0].length > term.length + 2) found.push(pair);
  return found.sort((a, b) => b[1] - a[1]).slice(0, CONTAINING_MAX).map(([word]) => word);
}
