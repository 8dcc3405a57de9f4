import { byIndex, denseText, retrieval, sparseText, type Corpus, type PersonTx, type Ranked } from '@kontor/db';
import { essentialTerms, type Query, type Vocabulary } from '@kontor/rag-core';
import type { Reaches } from './reach.cache.js';

export const CANDIDATES_PER_LEG = 300;
/** Where not all chunks that a person may read are compared word by word: the share of them that is, and its bounds. */
const SHARE_COMPARED = 0.05;
const COMPARED_MIN = 5_000;
const COMPARED_MAX = 50_000;

const isWide = (rows: number): boolean => rows > byIndex.ROWS_EXACT_MAX;
const idsOf = (ranked: readonly Ranked[]): string[] => ranked.map((row) => row.chunkId);

const readable = (reaches: Reaches, corpusIds: readonly string[]): number => corpusIds.reduce((sum, id) => sum + reaches.get(id)!.rows, 0);

/** The nearest by meaning: by the index where the person may read very much, else, or where that finds too little, row by row. */
export async function denseLeg(tx: PersonTx, corpusIds: readonly string[], vector: Float32Array, reaches: Reaches): Promise<Ranked[]> {
  const rows = readable(reaches, corpusIds);
  const text = denseText(vector);
  const found = isWide(rows) ? await byIndex.denseByIndex(tx, corpusIds, text, vector.length, rows, CANDIDATES_PER_LEG) : null;
  return found ?? (await retrieval.nearestDense(tx, corpusIds, text, CANDIDATES_PER_LEG));
}

export interface LexicalQuestion {
  query: Query;
  vocabulary: Vocabulary;
  reaches: Reaches;
  /** What is near by meaning is compared too: it may hold many words of the question, each of them common. */
  nearest: readonly Ranked[];
}

/** The best of one corpus by words, likewise. */
export async function lexicalLeg(tx: PersonTx, corpus: Corpus, { query, vocabulary, reaches, nearest }: LexicalQuestion): Promise<Ranked[]> {
  const text = sparseText(query.vector);
  const reach = reaches.get(corpus.id)!;
  if (!isWide(reach.rows)) return retrieval.nearestLexical(tx, [corpus.id], text, CANDIDATES_PER_LEG);
  const compared = Math.min(COMPARED_MAX, Math.max(COMPARED_MIN, reach.rows * SHARE_COMPARED));
  // A word's chunks are counted in all of the corpus; only the readable ones among them are read.
  const terms = essentialTerms(query, vocabulary, (compared * reach.total) / reach.rows);
  return byIndex.lexicalByIndex(tx, corpus.id, text, terms, idsOf(nearest), CANDIDATES_PER_LEG);
}

/** The dense leg with what the words alone had found: an index may have passed by the closest of them. */
export async function withFoundByWords(tx: PersonTx, nearest: readonly Ranked[], byWords: readonly Ranked[], vector: Float32Array, reaches: Reaches): Promise<Ranked[]> {
  const known = new Set(idsOf(nearest));
  const missing = idsOf(byWords).filter((id) => !known.has(id));
  if (missing.length === 0 || !isWide(readable(reaches, [...reaches.keys()]))) return [...nearest];
  const among = await byIndex.denseAmong(tx, missing, denseText(vector), vector.length);
  return [...nearest, ...among].sort((a, b) => b.score - a.score).slice(0, CANDIDATES_PER_LEG);
}
