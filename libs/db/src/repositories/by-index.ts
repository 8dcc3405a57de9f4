import type { PersonTx } from '../database.js';
import { nearestLexical, type Ranked } from './retrieval.js';
import { visible, whoAsks } from './visibility.js';

export const WORDS_INDEX = 'chunk_lexical_words';
export const DENSE_INDEX = (dimensions: number): string => `chunk_dense_hnsw_${dimensions}`;
/** Half precision halves the index; what it finds is ranked again by the whole vectors. */
export const withDimensions = (vector: string, dimensions: number): string => `${vector}::halfvec(${dimensions})`;

/** Above this many rows an index is quicker than looking at each row that the person may read, and below it is not. */
export const ROWS_EXACT_MAX = 20_000;
/** Rows that the index over vectors gives at once; more come from the same scan while too few of them are visible. */
const EF_SEARCH = 400;
const SCAN_TUPLES_MAX = 40_000;
/**
 * What reading an entry of an index counts beside looking a row up, for the server's planner; measured 1 to 33, by default
 * 1 to 1,300. Too low, it lists every row that the person may read, only to leave out few that hold a word.
 */
const INDEX_ENTRY_COST = 0.1;
/** Rows that a scan looks at, visible or not: the nearest of all are among that many of what a graph finds. */
const SCANNED = 1_500;

/** Of one corpus or several together. */
export interface Reach {
  /** Chunks that the person may read; 0 where there is no index to choose, as in the embedded engine. */
  rows: number;
  /** Chunks that there are. */
  total: number;
}

/** While an index is being built it is there and of no use. */
const isWhole = (name: string): string => `EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass(${name}) AND indisvalid)`;

/** Rows of the table, or of the partitions, in which these corpora are; `$1` to `$3` as in the reads. */
const ROWS_OF_PARTS = `(SELECT greatest(1, sum(reltuples))::float8 FROM pg_class WHERE oid IN (
  SELECT (SELECT i.tableoid FROM chunk_dense i WHERE i.tenant = $1 AND i.acl_id = ANY ($2::integer[]) AND i.corpus_id = named.id LIMIT 1) FROM unnest($3::uuid[]) named (id)))`;

/** How much of each corpus the person may read. Takes a look at every document, so keep it for a while. */
export async function reachOf(tx: PersonTx, corpusIds: readonly string[]): Promise<Map<string, Reach>> {
  const rows = await tx.query<Reach & { id: string }>(
    `SELECT c.id, readable.rows, CASE WHEN readable.rows = 0 THEN 0 ELSE coalesce((SELECT t.chunks FROM term t WHERE t.tenant = $1 AND t.corpus_id = c.id AND t.term = ''), 0) END AS total
     FROM unnest($3::uuid[]) c (id) CROSS JOIN LATERAL (SELECT CASE WHEN ${isWhole(`'public.${WORDS_INDEX}'`)}
       THEN (SELECT coalesce(sum(d.chunk_count), 0)::integer FROM document d WHERE ${visible('d')} AND d.corpus_id = c.id) ELSE 0 END AS rows) readable`,
    [...whoAsks(tx), corpusIds],
  );
  return new Map(rows.map(({ id, ...reach }) => [id, reach]));
}

/**
 * Nearest by cosine through the HNSW index (Malkov and Yashunin 2016), whose scan goes on until enough of what it finds
 * is visible; it holds all corpora of all tenants, of which `readable` chunks may come up. All that it came by is given, the
 * nearest first. Null where it gave up before it had the `least`: then looking at each row finds the rest.
 */
export async function denseByIndex(tx: PersonTx, corpusIds: readonly string[], vector: string, dimensions: number, readable: number, least: number): Promise<Ranked[] | null> {
  const name = DENSE_INDEX(dimensions);
  const [index] = await tx.query<{ there: boolean; rows: number }>(
    `SELECT ${isWhole('$4')} AS there, ${ROWS_OF_PARTS} AS rows, set_config('hnsw.iterative_scan', 'relaxed_order', true), set_config('hnsw.ef_search', '${EF_SEARCH}', true), set_config('hnsw.max_scan_tuples', '${SCAN_TUPLES_MAX}', true)`,
    [...whoAsks(tx), corpusIds, `public.${name}`],
  );
  if (!index!.there) return null;
  const found = await tx.query<Ranked>(
    `WITH near AS MATERIALIZED (
       SELECT i.chunk_id, i.corpus_id, i.dense FROM chunk_dense i
       WHERE ${visible('i')} AND i.corpus_id = ANY ($3::uuid[]) AND vector_dims(i.dense) = ${dimensions}
       ORDER BY (${withDimensions('i.dense', dimensions)}) <=> $4::halfvec(${dimensions}) LIMIT $5)
     SELECT chunk_id AS "chunkId", corpus_id AS "corpusId", (1 - (dense <=> $4::vector))::real AS score FROM near ORDER BY dense <=> $4::vector, chunk_id`,
    [...whoAsks(tx), corpusIds, vector, Math.max(least, Math.ceil(SCANNED * Math.min(1, readable / index!.rows)))],
  );
  return found.length < least ? null : found;
}

/** The closeness of these chunks of these corpora, as far as the person may read them and they have a vector of this dimension. */
export async function denseAmong(tx: PersonTx, corpusIds: readonly string[], ids: readonly string[], vector: string, dimensions: number): Promise<Ranked[]> {
  return tx.query(
    `SELECT i.chunk_id AS "chunkId", i.corpus_id AS "corpusId", (1 - (i.dense <=> $4::vector))::real AS score FROM chunk_dense i
     WHERE ${visible('i')} AND i.corpus_id = ANY ($3::uuid[]) AND i.chunk_id = ANY ($5::uuid[]) AND vector_dims(i.dense) = ${dimensions}`,
    [...whoAsks(tx), corpusIds, vector, ids],
  );
}

/**
 * Highest BM25 among the chunks of a corpus that hold one of the words of these dimensions. The role changes for one
 * statement, see the migration 0014: what it may see is what the index is asked for.
 */
export async function lexicalByIndex(tx: PersonTx, corpusId: string, vector: string, dimensions: readonly number[], limit: number): Promise<Ranked[]> {
  const [before] = await tx.query<{ role: string }>(
    `SELECT current_setting('role') AS role, set_config('app.words', (SELECT array_agg(lexical_key($1, dimension)) FROM unnest($2::integer[]) AS dimension)::text, true), set_config('cpu_index_tuple_cost', '${INDEX_ENTRY_COST}', true), set_config('role', 'kontor_search', true)`,
    [corpusId, dimensions],
  );
  const best = await nearestLexical(tx, [corpusId], vector, limit);
  await tx.query(`SELECT set_config('role', $1, true)`, [before!.role]);
  return best;
}
