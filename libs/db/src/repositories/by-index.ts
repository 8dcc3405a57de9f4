import type { PersonTx } from '../database.js';
import type { Ranked } from './retrieval.js';
import { visible, whoAsks } from './visibility.js';

export const TERMS_INDEX = 'chunk_lexical_terms';
export const DENSE_INDEX = (dimensions: number): string => `chunk_dense_hnsw_${dimensions}`;
/** Half precision halves the index; what it finds is ranked again by the whole vectors. */
export const withDimensions = (vector: string, dimensions: number): string => `${vector}::halfvec(${dimensions})`;

/** Above this many rows an index is quicker than looking at each row that the person may read, and below it is not. */
export const ROWS_EXACT_MAX = 20_000;
/** Rows that the index over vectors gives at once; more come from the same scan while too few of them are visible. */
const EF_SEARCH = 200;
const SCAN_TUPLES_MAX = 40_000;


/** While an index is being built it is there and of no use. */
const isWhole = (name: string): string => `EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass(${name}) AND indisvalid)`;

/** How much of each corpus the person may read; 0 for all where there is no index to choose, as in the embedded engine. */
export async function reachOf(tx: PersonTx, corpusIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await tx.query<{ id: string; rows: number }>(
    `SELECT c.id, CASE WHEN NOT ${isWhole(`'public.${TERMS_INDEX}'`)} THEN 0
       ELSE (SELECT count(*)::integer FROM (SELECT FROM chunk_lexical i WHERE ${visible('i')} AND i.corpus_id = c.id LIMIT ${ROWS_EXACT_MAX + 1}) counted) END AS rows
     FROM unnest($3::uuid[]) c (id)`,
    [...whoAsks(tx), corpusIds],
  );
  return new Map(rows.map((row) => [row.id, row.rows]));
}

/**
 * Nearest by cosine through the HNSW index (Malkov and Yashunin 2016), whose scan goes on until enough of what it finds
 * is visible. Null where it gave up before that: then looking at each row finds the rest.
 */
export async function denseByIndex(tx: PersonTx, corpusIds: readonly string[], vector: string, dimensions: number, limit: number): Promise<Ranked[] | null> {
  const name = DENSE_INDEX(dimensions);
  const [index] = await tx.query<{ there: boolean }>(
    `SELECT ${isWhole('$1')} AS there, set_config('hnsw.iterative_scan', 'relaxed_order', true), set_config('hnsw.ef_search', '${EF_SEARCH}', true), set_config('hnsw.max_scan_tuples', '${SCAN_TUPLES_MAX}', true)`,
    [`public.${name}`],
  );
  if (!index!.there) return null;
  const found = await tx.query<Ranked>(
    `WITH near AS MATERIALIZED (
       SELECT i.chunk_id, i.document_id, i.dense FROM chunk_dense i
       WHERE ${visible('i')} AND i.corpus_id = ANY ($3::uuid[]) AND vector_dims(i.dense) = ${dimensions}
       ORDER BY (${withDimensions('i.dense', dimensions)}) <=> $4::halfvec(${dimensions}) LIMIT $5)
     SELECT chunk_id AS "chunkId", document_id AS "documentId", (1 - (dense <=> $4::vector))::real AS score FROM near ORDER BY dense <=> $4::vector`,
    [...whoAsks(tx), corpusIds, vector, limit],
  );
  return found.length < limit ? null : found;
}

/**
 * Highest BM25 among the chunks that hold one of `terms`. The role changes for this one statement, see the migration
 * 0014: what it may see is what the index is asked for.
 */
export async function lexicalByIndex(tx: PersonTx, corpusIds: readonly string[], vector: string, terms: readonly number[], limit: number): Promise<Ranked[]> {
  const [before] = await tx.query<{ role: string }>(`SELECT current_setting('role') AS role, set_config('app.terms', $1, true), set_config('role', 'kontor_search', true)`, [`{${terms.join(',')}}`]);
  const rows = await tx.query<Ranked>(
    `SELECT i.chunk_id AS "chunkId", i.document_id AS "documentId", -(i.lexical <#> $4::sparsevec)::real AS score FROM chunk_lexical i
     WHERE ${visible('i')} AND i.corpus_id = ANY ($3::uuid[]) ORDER BY i.lexical <#> $4::sparsevec LIMIT $5`,
    [...whoAsks(tx), corpusIds, vector, limit],
  );
  await tx.query(`SELECT set_config('role', $1, true)`, [before!.role]);
  return rows.filter((row) => row.score > 0);
}
