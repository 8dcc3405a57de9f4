import { analyse, isStopWord, lawKey, termDimension, toSparse, type LexiconEntry, type SparseVector, type Vocabulary } from '../analysis/index.js';
import { detectLanguage, type Language } from '../document/index.js';
import { compoundParts, containingWords } from './compounds.js';
import { matchLexicon } from './lexicon.js';

/** How much each kind of term counts beside an ordinary word of the question. */
const WEIGHTS = { word: 1, otherLanguage: 0.6, part: 0.5, containing: 0.35, citation: 2.5, lexicon: 1 };

export interface QueryTerm {
  term: string;
  weight: number;
  /** The word of the question that brought it in. */
  group: string;
}

export interface Query {
  vector: SparseVector;
  terms: QueryTerm[];
}

/** Inverse document frequency as BM25 has it (Robertson and Spärck Jones), never negative. */
export function inverseFrequency(frequency: number, documents: number): number {
  return Math.log(1 + (documents - frequency + 0.5) / (frequency + 0.5));
}

/**
 * The lexical query: the question's terms by idf, parts and wholes of compounds at a reduced weight, and what the
 * firm's lexicon adds. Terms of one word share its idf, so that a rare compound does not outweigh the word itself.
 */
export function queryVector(question: string, language: Language, vocabulary: Vocabulary, lexicon: readonly LexiconEntry[]): Query {
  const weights = new Map<string, QueryTerm>();
  const raise = (term: string, weight: number, group: string): void => {
    if (weight > (weights.get(term)?.weight ?? 0)) weights.set(term, { term, weight, group });
  };
  const entries = matchLexicon(question, lexicon);
  for (const { term } of analyse(question, language, { lenient: true })) addTerm(term, 1, term, vocabulary, raise);
  const other: Language = language === 'de' ? 'en' : 'de';
  for (const { term } of analyse(question, other)) {
    if (!weights.has(term) && vocabulary.frequency(term) > 0 && !isStopWord(term, language)) raise(term, WEIGHTS.otherLanguage * idf(term, vocabulary), term);
  }
  for (const entry of entries) addEntry(entry, question, vocabulary, raise);
  const vector = new Map<number, number>();
  for (const { term, weight } of weights.values()) {
    if (vocabulary.frequency(term) > 0) vector.set(termDimension(term), weight);
  }
  return { vector: toSparse(vector), terms: [...weights.values()] };
}

const idf = (term: string, vocabulary: Vocabulary): number => inverseFrequency(vocabulary.frequency(term), vocabulary.documents);
const isCitation = (term: string): boolean => /^(?:§|art)\d/u.test(term);

function addTerm(term: string, factor: number, group: string, vocabulary: Vocabulary, raise: (term: string, weight: number, group: string) => void): void {
  if (isCitation(term)) {
    // Only the exact place counts fully; the bare number is in every statute.
    raise(term, factor * (term.includes('@') ? WEIGHTS.citation : 0.5) * idf(term, vocabulary), group);
    return;
  }
  const parts = compoundParts(term, vocabulary);
  const wholes = containingWords(term, vocabulary);
  const related = [...parts, ...wholes].map((one) => idf(one, vocabulary));
  const own = vocabulary.frequency(term) > 0 ? idf(term, vocabulary) : Math.max(0, ...related);
  raise(term, factor * WEIGHTS.word * own, group);
  for (const part of parts) raise(part, factor * WEIGHTS.part * Math.min(own, idf(part, vocabulary)), group);
  for (const whole of wholes) raise(whole, factor * WEIGHTS.containing * Math.min(own, idf(whole, vocabulary)), group);
}

function addEntry(entry: LexiconEntry, question: string, vocabulary: Vocabulary, raise: (term: string, weight: number, group: string) => void): void {
  for (const expansion of entry.expands) {
    const terms = analyse(expansion, detectLanguage(expansion, 'de'));
    // The words of a phrase share its weight, so that a long expansion does not outweigh the question.
    const factor = (WEIGHTS.lexicon * entry.weight) / Math.sqrt(Math.max(1, terms.length));
    for (const { term } of terms) addTerm(term, factor, entry.term, vocabulary, raise);
    if (entry.kind === 'law') {
      for (const { term } of analyse(question, 'de', { law: lawKey(expansion) })) if (term.includes('@')) addTerm(term, 1, entry.term, vocabulary, raise);
    }
  }
}
