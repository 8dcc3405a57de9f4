import type { Language } from '../document/index.js';
import { citationTerms, findCitations, type StatuteCitation } from './citations.js';
import { canonicalNumber, digitsOfWord } from './numbers.js';
import { stem } from './stem.js';
import { isStopWord } from './stop-words.js';
import type { Term } from './types.js';

export interface AnalyseOptions {
  /** The law that a citation without a law means, as `lawKey` writes it: for the headings of a statute. */
  law?: string;
  /** Takes any word behind a citation for a law, as in questions. */
  lenient?: boolean;
}

// Link targets and tags are layout; a bare address is read for its words. Digits with a space inside are one number.
const TOKEN =
  /\]\([^)\s]{0,2000}\)|<\/?[a-zA-Z][^<>\n]{0,300}>|(?:https?:\/\/|www\.)[^\s)\]>"]{1,2000}|\d+(?:\.\d+){2,}|(?<![\p{L}\p{N}_.,-])\d{1,3}(?:[ \u00a0\u202f.,]\d{3})+(?:[.,]\d+)?(?![\p{L}\p{N}_])|\d+[.,]\d+(?![\p{L}\p{N}_])|[\p{L}\p{N}_][\p{L}\p{M}\p{N}_]*(?:[-.'’@+]{1,2}[\p{L}\p{N}_][\p{L}\p{M}\p{N}_]*)*/gu;

type Piece = readonly [term: string, start: number, end: number];
const CACHE_TOKENS_MAX = 400_000;
const caches: Record<Language, Map<string, readonly Piece[]>> = { de: new Map(), en: new Map() };

/**
 * Reads a text as search terms: stems without stop words, numbers in one spelling, identifiers whole and in parts,
 * statute citations as terms of their own. Documents and questions go through this one function.
 *
 * @example analyse('§ 626 Abs. 2 BGB', 'de').map((term) => term.term) // ['§626', '§626.2', '§626@bgb', '§626.2@bgb', 'bgb']
 */
export function analyse(text: string, language: Language, options: AnalyseOptions = {}): Term[] {
  const terms: Term[] = [];
  const citations = findCitations(text, options.lenient);
  let next = 0;
  for (const match of text.matchAll(TOKEN)) {
    const start = match.index;
    while (next < citations.length && citations[next]!.start <= start) pushCitation(terms, citations[next++]!, options.law);
    if (next > 0 && start < citations[next - 1]!.end && !/\p{L}{2}/u.test(match[0])) continue;
    for (const [term, from, to] of pieces(match[0], language)) terms.push({ term, start: start + from, end: start + to });
  }
  while (next < citations.length) pushCitation(terms, citations[next++]!, options.law);
  return terms;
}

function pushCitation(terms: Term[], citation: StatuteCitation, law: string | undefined): void {
  for (const term of citationTerms(citation, citation.law ?? law)) terms.push({ term, start: citation.start, end: citation.end });
}

function pieces(token: string, language: Language): readonly Piece[] {
  const cache = caches[language];
  const known = cache.get(token);
  if (known) return known;
  if (cache.size >= CACHE_TOKENS_MAX) cache.clear();
  const made = readToken(token, language);
  cache.set(token, made);
  return made;
}

function readToken(token: string, language: Language): Piece[] {
  if (token.startsWith('](') || token.startsWith('<')) return [];
  if (/^(?:https?:\/\/|www\.)/u.test(token)) return readWords(token, language).filter(([term]) => /^\p{L}{3,20}$/u.test(term) && !/^https?$/u.test(term));
  if (/^\d[\d.,\s\u00a0\u202f]*$/u.test(token)) return [[canonicalNumber(token), 0, token.length]];
  return readWords(token, language);
}

const PART = /[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:['’]\p{L}{1,2}(?!\p{L}))?/gu;
const CAMEL = /\p{Lu}?\p{Ll}{2,}|\p{Lu}{2,}(?!\p{Ll})|\p{N}+/gu;

function readWords(token: string, language: Language): Piece[] {
  const found: Piece[] = [];
  const parts = [...token.matchAll(PART)];
  for (const part of parts) {
    const start = part.index;
    pushWord(found, part[0], start, language);
    const humps = language === 'en' && /\p{Ll}\p{Lu}/u.test(part[0]) ? [...part[0].matchAll(CAMEL)] : [];
    if (humps.length > 1) for (const hump of humps) pushWord(found, hump[0], start + hump.index, language);
  }
  if (parts.length > 1 && !token.includes('://')) {
    const whole = parts.map((part) => part[0]).join('');
    if (whole.length <= 60) pushWord(found, whole, 0, language, token.length);
  }
  return found;
}

function pushWord(found: Piece[], written: string, start: number, language: Language, end = start + written.length): void {
  const word = written.normalize('NFC').toLowerCase().replace(/['’]\p{L}{1,2}$/u, '');
  if (isStopWord(word, language) || (word.length < 2 && !/\d/u.test(word))) return;
  const term = digitsOfWord(word) ?? (/\d/u.test(word) ? word : stem(word, language));
  if (term.length > 0 && term.length <= 80) found.push([term, start, end]);
}
