import { byIndex, denseText, retrieval, sparseText, type Corpus, type PersonTx, type Ranked } from '@kontor/db';
import { essentialTerms, type Query, type Vocabulary } from '@kontor/rag-core';

export const CANDIDATES_PER_LEG = 300;
/** Chunks whose words are compared where not all are: about a fiftieth of a second. */
const CHUNKS_COMPARED_MAX = 20_000;

/** How many chunks of each corpus the person may read, as far as it decides how to search. */
export type Reach = ReadonlyMap<string, number>;

const isWide = (rows: number): boolean => rows > byIndex.ROWS_EXACT_MAX;

/** The nearest by meaning: by the index where the person may read very much, else, or where that finds too little, row by row. */
export async function denseLeg(tx: PersonTx, corpusIds: readonly string[], vector: Float32Array, reach: Reach): Promise<Ranked[]> {
  const rows = corpusIds.reduce((sum, id) => sum + (reach.get(id) ?? 0), 0);
  const text = denseText(vector);
  const found = isWide(rows) ? await byIndex.denseByIndex(tx, corpusIds, text, vector.length, CANDIDATES_PER_LEG) : null;
  return found ?? (await retrieval.nearestDense(tx, corpusIds, text, CANDIDATES_PER_LEG));
}

/** The best of one corpus by words, likewise. */
export async function lexicalLeg(tx: PersonTx, corpus: Corpus, query: Query, vocabulary: Vocabulary, reach: Reach): Promise<Ranked[]> {
  const text = sparseText(query.vector);
  if (!isWide(reach.get(corpus.id) ?? 0)) return retrieval.nearestLexical(tx, [corpus.id], text, CANDIDATES_PER_LEG);
  return byIndex.lexicalByIndex(tx, [corpus.id], text, essentialTerms(query, vocabulary, CHUNKS_COMPARED_MAX), CANDIDATES_PER_LEG);
}
