import { byIndex, denseText, retrieval, sparseText, type Corpus, type PersonTx, type Ranked } from '@kontor/db';
import { essentialTerms, type Query, type Vocabulary } from '@kontor/rag-core';
import type { Reaches } from './reach.cache.js';

export const CANDIDATES_PER_LEG = 300;
/** So many are enough where an index is asked, each of which takes it time: recall stays above 0.98. */
const NEAREST_MIN = 240;
/** Where not all chunks that a person may read are compared word by word: the share of them that is, and its bounds. */
const SHARE_COMPARED = 0.035;
const COMPARED_MIN = 6_000;
const COMPARED_MAX = 50_000;

/** A question's words as they weigh in one corpus. */
export interface CorpusWords {
  corpus: Corpus;
  query: Query;
  vocabulary: Vocabulary;
}

const isWide = (rows: number): boolean => rows > byIndex.ROWS_EXACT_MAX;
const readable = (reaches: Reaches, corpora: readonly Corpus[]): number => corpora.reduce((sum, { id }) => sum + reaches.get(id)!.rows, 0);
const idsOf = (corpora: readonly Corpus[]): string[] => corpora.map((corpus) => corpus.id);

/** Whether these corpora hold more that the person may read than is looked at row by row. */
export const areWide = (reaches: Reaches, corpora: readonly Corpus[]): boolean => isWide(readable(reaches, corpora));

/** The nearest by meaning, as many as came up: by the index where the person may read very much, else, or where that finds too little, row by row. */
export async function denseLeg(tx: PersonTx, corpora: readonly Corpus[], vector: Float32Array, reaches: Reaches): Promise<Ranked[]> {
  const text = denseText(vector);
  const found = areWide(reaches, corpora) ? await byIndex.denseByIndex(tx, idsOf(corpora), text, vector.length, readable(reaches, corpora), NEAREST_MIN) : null;
  return found ?? (await retrieval.nearestDense(tx, idsOf(corpora), text, CANDIDATES_PER_LEG));
}

/** The best of one corpus by words, likewise. */
export async function lexicalLeg(tx: PersonTx, { corpus, query, vocabulary }: CorpusWords, reaches: Reaches): Promise<Ranked[]> {
  const text = sparseText(query.vector);
  const reach = reaches.get(corpus.id)!;
  if (!isWide(reach.rows)) return retrieval.nearestLexical(tx, [corpus.id], text, CANDIDATES_PER_LEG);
  const compared = Math.min(COMPARED_MAX, Math.max(COMPARED_MIN, reach.rows * SHARE_COMPARED));
  // A word's chunks are counted in all of the corpus; only the readable ones among them are read.
  const terms = essentialTerms(query, vocabulary, (compared * reach.total) / reach.rows);
  return byIndex.lexicalByIndex(tx, corpus.id, text, terms, CANDIDATES_PER_LEG);
}

/** With what is near by meaning and may hold many words of the question, each of them so common that none was looked up. */
export async function withNearest(tx: PersonTx, byWords: readonly Ranked[], { corpus, query }: CorpusWords, nearest: readonly Ranked[], reaches: Reaches): Promise<Ranked[]> {
  const missing = areWide(reaches, [corpus]) ? missingOf(nearest.filter((row) => row.corpusId === corpus.id), byWords) : [];
  if (missing.length === 0) return [...byWords];
  return [...byWords, ...(await retrieval.nearestLexical(tx, [corpus.id], sparseText(query.vector), CANDIDATES_PER_LEG, missing))];
}

/** With what the words found: an index may have passed by the closest of them. */
export async function withFoundByWords(tx: PersonTx, nearest: readonly Ranked[], byWords: readonly Ranked[], vector: Float32Array, corpora: readonly Corpus[], reaches: Reaches): Promise<Ranked[]> {
  const missing = areWide(reaches, corpora) ? missingOf(byWords, nearest) : [];
  const among = missing.length === 0 ? [] : await byIndex.denseAmong(tx, idsOf(corpora), missing, denseText(vector), vector.length);
  // What lies beneath the last of the nearest counts like what is not found.
  const floor = nearest.at(-1)?.score ?? 0;
  return retrieval.bestOf([...nearest, ...among.filter((row) => row.score >= floor)], CANDIDATES_PER_LEG);
}

function missingOf(of: readonly Ranked[], among: readonly Ranked[]): string[] {
  const known = new Set(among.map((row) => row.chunkId));
  return of.map((row) => row.chunkId).filter((id) => !known.has(id));
}
