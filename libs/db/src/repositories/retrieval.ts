import type { PersonTx } from '../database.js';
import { visible, whoAsks } from './visibility.js';

export interface Ranked {
  chunkId: string;
  corpusId: string;
  score: number;
}

/** The best of them, of equal ones those with the lower ids: copies are many, and who asks again expects the same ones. */
export const bestOf = (ranked: readonly Ranked[], limit: number): Ranked[] => [...ranked].sort((a, b) => b.score - a.score || (a.chunkId < b.chunkId ? -1 : 1)).slice(0, limit);

/** Nearest by cosine, exact over what the person may read. `vector` is in pgvector's text form, see `denseText`. */
export async function nearestDense(tx: PersonTx, corpusIds: readonly string[], vector: string, limit: number): Promise<Ranked[]> {
  return tx.query(
    `SELECT i.chunk_id AS "chunkId", i.corpus_id AS "corpusId", (1 - (i.dense <=> $4::vector))::real AS score FROM chunk_dense i
     WHERE ${visible('i')} AND i.corpus_id = ANY ($3::uuid[]) ORDER BY i.dense <=> $4::vector, i.chunk_id LIMIT $5`,
    [...whoAsks(tx), corpusIds, vector, limit],
  );
}

/** Highest BM25, of all chunks or among some: the chunk holds document weights, the query vector idf and the firm's own weights, see `sparseText`. */
export async function nearestLexical(tx: PersonTx, corpusIds: readonly string[], vector: string, limit: number, among?: readonly string[]): Promise<Ranked[]> {
  // Named once: the product would be taken a second time for what is selected.
  const rows = await tx.query<Ranked>(
    `SELECT "chunkId", "corpusId", -distance::real AS score FROM (
       SELECT i.chunk_id AS "chunkId", i.corpus_id AS "corpusId", i.lexical <#> $4::sparsevec AS distance FROM chunk_lexical i
       WHERE ${visible('i')} AND i.corpus_id = ANY ($3::uuid[]) ${among === undefined ? '' : 'AND i.chunk_id = ANY ($6::uuid[])'} ORDER BY distance, i.chunk_id LIMIT $5) AS best`,
    [...whoAsks(tx), corpusIds, vector, limit, ...(among === undefined ? [] : [among])],
  );
  return rows.filter((row) => row.score > 0);
}

export interface FoundChunk {
  id: string;
  documentId: string;
  corpus: string;
  path: string;
  title: string;
  ordinal: number;
  start: number;
  end: number;
  headingPath: string[];
  page: number | null;
  language: string;
  text: string;
}

const CHUNK_COLUMNS = `k.id, k.document_id AS "documentId", c.name AS corpus, d.path, d.title, k.ordinal, k.start_offset AS start, k.end_offset AS "end",
  k.heading_path AS "headingPath", k.page, k.language, k.text`;
const CHUNK_FROM = `FROM chunk k JOIN document d ON d.tenant = k.tenant AND d.id = k.document_id JOIN corpus c ON c.tenant = d.tenant AND c.id = d.corpus_id`;

export function readChunks(tx: PersonTx, ids: readonly string[]): Promise<FoundChunk[]> {
  return tx.query(`SELECT ${CHUNK_COLUMNS} ${CHUNK_FROM} WHERE ${visible('k')} AND ${visible('d')} AND k.id = ANY ($3::uuid[])`, [...whoAsks(tx), ids]);
}

/** The chunks of a document from one place to another, both included, in their order. */
export function readNeighbours(tx: PersonTx, documentId: string, fromOrdinal: number, toOrdinal: number): Promise<FoundChunk[]> {
  return tx.query(
    `SELECT ${CHUNK_COLUMNS} ${CHUNK_FROM} WHERE ${visible('k')} AND ${visible('d')} AND k.document_id = $3 AND k.ordinal BETWEEN $4 AND $5 ORDER BY k.ordinal`,
    [...whoAsks(tx), documentId, fromOrdinal, toOrdinal],
  );
}

export interface SourceText {
  ordinal: number;
  documentId: string;
  corpus: string;
  path: string;
  title: string;
  headingPath: string[];
  page: number | null;
  start: number;
  end: number;
  score: number;
  text: string;
}

interface SourceRow extends Omit<SourceText, 'text'> {
  pieces: { start: number; text: string }[];
}

/** The passages that search found for an answer, put together from the chunks as they are now. */
export async function readSources(tx: PersonTx, messageId: string): Promise<SourceText[]> {
  const rows = await tx.query<SourceRow>(
    `SELECT s.ordinal, s.document_id AS "documentId", c.name AS corpus, d.path, d.title, s.heading_path AS "headingPath", s.page,
       s.start_offset AS start, s.end_offset AS "end", s.score, k.pieces
     FROM message_source s
     JOIN document d ON d.tenant = s.tenant AND d.id = s.document_id
     JOIN corpus c ON c.tenant = d.tenant AND c.id = d.corpus_id
     JOIN LATERAL (SELECT json_agg(json_build_object('start', k.start_offset, 'text', k.text) ORDER BY k.ordinal) AS pieces FROM chunk k
       WHERE ${visible('k')} AND k.document_id = s.document_id AND k.start_offset >= s.start_offset AND k.end_offset <= s.end_offset) k ON k.pieces IS NOT NULL
     WHERE ${visible('d')} AND s.person = $4 AND s.message_id = $3 ORDER BY s.ordinal`,
    [...whoAsks(tx), messageId, tx.scope.person],
  );
  return rows.map(({ pieces, ...row }) => ({ ...row, start: pieces[0]!.start, text: joinPieces(pieces) }));
}

/** Chunks leave out what lies between them; line ends stand in for it, so that ranges stay those of the document. */
function joinPieces(pieces: readonly { start: number; text: string }[]): string {
  const from = pieces[0]!.start;
  return pieces.reduce((text, piece) => text.padEnd(piece.start - from, '\n') + piece.text, '');
}
