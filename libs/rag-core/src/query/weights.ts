import { termDimension, toSparse, type SparseVector, type Vocabulary } from '../analysis/index.js';

/** How much each way of saying a word counts beside the word itself. One table, so that measuring changes these alone. */
export const QUERY_SHARES = {
  verbForm: 0.8,
  part: 0.5,
  /** Of a compound that the corpus does not hold: its parts are all there is. */
  partOfUnknown: 0.8,
  containing: 0.3,
  synonymGerman: 0.5,
  synonymEnglish: 0.25,
  translation: 0.7,
  lexicon: 0.8,
  /** A word read in the other language: names and terms of art. */
  otherLanguage: 0.7,
  citation: 3,
  citationSubsection: 1.2,
  citationWithoutLaw: 0.3,
  idfMax: 8,
  weak: 0.4,
  weakConcept: 0.6,
};

/** Even a question of one word is two or three words' worth of asking. */
const WORDS_BASE = 3;

export interface QueryTerm {
  term: string;
  weight: number;
  /** The words of the question that it stands for: the terms of one group say one thing in several ways. */
  group: string;
  /** The part of a compound that it stands for: two parts together say what the whole word says. */
  part?: string;
}

export interface Query {
  vector: SparseVector;
  /** Words of the question that tell what it is about, known to the corpus or not. */
  words: number;
  terms: QueryTerm[];
}

/** Inverse document frequency as BM25 has it (Robertson and Spärck Jones), never negative. */
export function inverseFrequency(frequency: number, documents: number): number {
  return Math.log(1 + (Math.max(0, documents - frequency) + 0.5) / (frequency + 0.5));
}

/**
 * How well a passage holds the words of a question: its BM25 in weights of a word that stands in one passage only, so that
 * corpora of any size compare, and by the root of the number of words, so that questions of any length do.
 */
export function matchStrength(score: number, query: Query, vocabulary: Vocabulary): number {
  const rarest = Math.min(inverseFrequency(1, Math.max(1, vocabulary.documents)), QUERY_SHARES.idfMax);
  return score / (rarest * Math.sqrt(WORDS_BASE + query.words));
}

/** Collects the terms of a query; of two reasons to add one the stronger counts. */
export class QueryBuilder {
  private readonly terms = new Map<string, QueryTerm>();

  constructor(readonly vocabulary: Vocabulary) {}

  idf(term: string): number {
    return inverseFrequency(this.vocabulary.frequency(term), this.vocabulary.documents);
  }

  knows(term: string): boolean {
    return this.vocabulary.frequency(term) > 0;
  }

  has(term: string): boolean {
    return this.terms.has(term);
  }

  /** Adds a term that the corpus knows. `idfMax` keeps a rare relative from outweighing the word it stands for. */
  add(term: string, group: string, share: number, idfMax = Infinity, part?: string): boolean {
    if (!this.knows(term)) return false;
    const weight = Math.min(this.idf(term), idfMax, QUERY_SHARES.idfMax) * share;
    const before = this.terms.get(term);
    if (!before || before.weight < weight) this.terms.set(term, { term, weight, group, ...(part === undefined ? {} : { part }) });
    return true;
  }

  build(words: number): Query {
    const weights = new Map<number, number>();
    for (const { term, weight } of this.terms.values()) weights.set(termDimension(term), (weights.get(termDimension(term)) ?? 0) + weight);
    return { vector: toSparse(weights), words, terms: [...this.terms.values()].sort((a, b) => b.weight - a.weight) };
  }
}
