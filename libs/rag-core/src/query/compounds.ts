import { stem, type Vocabulary } from '../analysis/index.js';

const PART_UNITS_MIN = 4;
const HEAD_UNITS_MIN = 3;
const FREQUENCY_MIN = 2;
const FREQUENCY_COUNTED_MAX = 60;
const CONTAINING_MAX = 24;
// German joins the parts of a word with these, or with nothing.
const LINKS = ['', 's', 'es', 'n', 'en', 'er', 'e'];
// Endings that look like words of their own.
const SUFFIX = /^(?:schaft|heit|keit|lich|isch|ling|haft|sam|bar|los|voll|nis|tum|tat|ion|ent|ant|end|ung|ier|fach|mal)/u;

/** The parts of a compound that are words of the corpus: "urlaubstag" gives "urlaub" and "tag". */
export function compoundParts(term: string, vocabulary: Pick<Vocabulary, 'frequency'>): string[] {
  if (!/^\p{L}+$/u.test(term)) return [];
  let best: string[] = [];
  let bestScore = 0;
  for (let cut = PART_UNITS_MIN; cut <= term.length - HEAD_UNITS_MIN; cut += 1) {
    const head = knownStem(term.slice(cut), HEAD_UNITS_MIN, vocabulary);
    if (head === undefined || SUFFIX.test(term.slice(cut))) continue;
    const modifier = modifierOf(term.slice(0, cut), vocabulary);
    if (modifier === undefined) continue;
    // Two common words of like length are the likelier reading: "arbeit|einkomm", not "arbeitsein|komm".
    const score = Math.log1p(counted(modifier, vocabulary)) * Math.log1p(counted(head, vocabulary)) * Math.min(cut, term.length - cut);
    if (score > bestScore) [best, bestScore] = [[modifier, head], score];
  }
  return best;
}

function modifierOf(written: string, vocabulary: Pick<Vocabulary, 'frequency'>): string | undefined {
  for (const link of LINKS) {
    if (!written.endsWith(link)) continue;
    const found = knownStem(written.slice(0, written.length - link.length), PART_UNITS_MIN, vocabulary);
    if (found !== undefined) return found;
  }
  return undefined;
}

function knownStem(written: string, unitsMin: number, vocabulary: Pick<Vocabulary, 'frequency'>): string | undefined {
  if (written.length < unitsMin) return undefined;
  return [written, stem(written, 'de')].find((term) => term.length >= HEAD_UNITS_MIN && vocabulary.frequency(term) >= FREQUENCY_MIN);
}

const counted = (term: string, vocabulary: Pick<Vocabulary, 'frequency'>): number => Math.min(FREQUENCY_COUNTED_MAX, vocabulary.frequency(term));

/** Words of the corpus that hold a word as first or last part: "urlaub" finds "erholungsurlaub"; the commonest first. */
export function containingWords(term: string, vocabulary: Vocabulary): string[] {
  if (term.length < PART_UNITS_MIN || !/^\p{L}+$/u.test(term)) return [];
  const found: [string, number][] = [];
  const longer = ([word]: [string, number]): boolean => word.length >= term.length + HEAD_UNITS_MIN && /^\p{L}+$/u.test(word);
  for (const pair of vocabulary.endingWith(term)) if (longer(pair)) found.push(pair);
  for (const pair of vocabulary.startingWith(term)) if (longer(pair) && !SUFFIX.test(pair[0].slice(term.length))) found.push(pair);
  return found.sort((a, b) => b[1] - a[1]).slice(0, CONTAINING_MAX).map(([word]) => word);
}
