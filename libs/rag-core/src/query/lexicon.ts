import { lawKey, stem, type LexiconEntry } from '../analysis/index.js';

export interface LexiconMatch {
  entry: LexiconEntry;
  start: number;
  end: number;
}

interface Word {
  text: string;
  start: number;
  end: number;
}

const ENDING = /^(?:e|en|em|er|ern|es|s|n|ns|in|innen)$/u;
const STEMMED_UNITS_MIN = 5;

/**
 * The entries whose term stands in the question. The longest term counts first, and a word belongs to one match only. A
 * term all in capitals counts as written or all in lower case; others without case and with a German ending.
 */
export function matchLexicon(question: string, lexicon: readonly LexiconEntry[]): LexiconMatch[] {
  const words = wordsOf(question);
  const taken = new Set<number>();
  const matches: LexiconMatch[] = [];
  const entries = lexicon.map((entry) => ({ entry, parts: wordsOf(entry.term) })).filter(({ parts }) => parts.length > 0);
  entries.sort((a, b) => b.parts.length - a.parts.length || b.entry.term.length - a.entry.term.length);
  for (const { entry, parts } of entries) {
    for (let at = 0; at + parts.length <= words.length; at += 1) {
      const covered = parts.map((_, offset) => at + offset);
      if (covered.some((index) => taken.has(index)) || !matchesAt(words, at, parts, entry.term)) continue;
      for (const index of covered) taken.add(index);
      matches.push({ entry, start: words[at]!.start, end: words[at + parts.length - 1]!.end });
    }
  }
  return matches.sort((a, b) => a.start - b.start);
}

function matchesAt(words: readonly Word[], at: number, parts: readonly Word[], term: string): boolean {
  if (term === term.toUpperCase() && /\p{Lu}{2}/u.test(term)) {
    const asWritten = parts.every((part, offset) => words[at + offset]!.text === part.text);
    return asWritten || parts.every((part, offset) => words[at + offset]!.text === part.text.toLowerCase());
  }
  return parts.every((part, offset) => matchesWord(words[at + offset]!.text.toLowerCase(), part.text.toLowerCase()));
}

function matchesWord(word: string, term: string): boolean {
  if (word === term) return true;
  if (/\d/u.test(term) || term.length < 3) return false;
  if (word.startsWith(term) && ENDING.test(word.slice(term.length))) return true;
  // Inside a phrase the words inflect too: "gelber Schein" is asked for as "gelben Schein".
  return term.length >= STEMMED_UNITS_MIN && stem(word, 'de') === stem(term, 'de');
}

function wordsOf(text: string): Word[] {
  return [...text.normalize('NFC').matchAll(/[\p{L}\p{M}\p{N}]+/gu)].map((match) => ({ text: match[0], start: match.index, end: match.index + match[0].length }));
}

/** Other short names of a law, from the firm's lexicon: EFZG is EntgFG in the statute's own file. */
export function aliasesOf(law: string, lexicon: readonly LexiconEntry[]): string[] {
  const names = lexicon.filter((entry) => entry.kind === 'law' && lawKey(entry.term) === law).flatMap((entry) => entry.expands);
  return names.filter((name) => /^\S+(?: \S{1,4})?$/u.test(name)).map(lawKey).filter((key) => key !== law);
}
