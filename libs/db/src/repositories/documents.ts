import type { PersonTx, WorkerTx } from '../database.js';
import { visible, whoAsks } from './visibility.js';

export interface NewChunk {
  id: string;
  ordinal: number;
  start: number;
  end: number;
  headingPath: readonly string[];
  page: number | null;
  tokenCount: number;
  language: string;
  text: string;
  embeddingText: string;
  /** BM25 weights in pgvector's text form. */
  lexical: string;
}

export interface NewDocument {
  id: string;
  corpusId: string;
  path: string;
  title: string;
  mediaType: string;
  contentHash: string;
  sizeBytes: number;
  aclId: number;
  blobKey: string;
  text: string;
  terms: readonly string[];
  termChunks: readonly number[];
  chunks: readonly NewChunk[];
}

// A term of no letters counts the chunks themselves; analysis never yields one.
const ALL_CHUNKS = '';
const INSERT_BATCH = 500;

/** Puts a document in place of the one at its path, in the caller's transaction: readers see the old or the new, never half. */
export async function replaceDocument(tx: WorkerTx, document: NewDocument): Promise<void> {
  await removeDocument(tx, document.corpusId, document.path);
  await tx.query(
    `INSERT INTO document (tenant, id, corpus_id, path, title, media_type, content_hash, size_bytes, acl_id, blob_key, chunk_count)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [tx.tenant, document.id, document.corpusId, document.path, document.title, document.mediaType, document.contentHash, document.sizeBytes, document.aclId, document.blobKey, document.chunks.length],
  );
  await tx.query('INSERT INTO document_text (tenant, document_id, acl_id, text, terms, term_chunks) VALUES ($1, $2, $3, $4, $5, $6)', [
    tx.tenant, document.id, document.aclId, document.text, document.terms, document.termChunks,
  ]);
  for (let from = 0; from < document.chunks.length; from += INSERT_BATCH) await insertChunks(tx, document, document.chunks.slice(from, from + INSERT_BATCH));
  await addTerms(tx, document);
}

async function insertChunks(tx: WorkerTx, document: NewDocument, chunks: readonly NewChunk[]): Promise<void> {
  const column = <K extends keyof NewChunk>(key: K): NewChunk[K][] => chunks.map((chunk) => chunk[key]);
  // A heading path is an array of its own; unnest would flatten it, so it travels as JSON.
  const headings = chunks.map((chunk) => JSON.stringify(chunk.headingPath));
  await tx.query(
    `INSERT INTO chunk (tenant, id, document_id, acl_id, ordinal, start_offset, end_offset, heading_path, page, token_count, language, text, embedding_text)
     SELECT $1, id, $2, $3, ordinal, start_offset, end_offset, ARRAY(SELECT jsonb_array_elements_text(headings::jsonb)), page, token_count, language, text, embedding_text
     FROM unnest($4::uuid[], $5::integer[], $6::integer[], $7::integer[], $8::text[], $9::integer[], $10::integer[], $11::text[], $12::text[], $13::text[])
       AS new (id, ordinal, start_offset, end_offset, headings, page, token_count, language, text, embedding_text)`,
    [tx.tenant, document.id, document.aclId, column('id'), column('ordinal'), column('start'), column('end'), headings, column('page'), column('tokenCount'), column('language'), column('text'), column('embeddingText')],
  );
  await tx.query(
    `INSERT INTO chunk_index (tenant, chunk_id, document_id, corpus_id, acl_id, token_count, lexical)
     SELECT $1, id, $2, $3, $4, token_count, lexical::sparsevec FROM unnest($5::uuid[], $6::integer[], $7::text[]) AS new (id, token_count, lexical)`,
    [tx.tenant, document.id, document.corpusId, document.aclId, column('id'), column('tokenCount'), column('lexical')],
  );
}

async function addTerms(tx: WorkerTx, document: NewDocument): Promise<void> {
  await tx.query(
    `INSERT INTO term (tenant, corpus_id, term, chunks) SELECT $1, $2, term, chunks FROM unnest($3::text[], $4::integer[]) AS new (term, chunks)
     ON CONFLICT (tenant, corpus_id, term) DO UPDATE SET chunks = term.chunks + EXCLUDED.chunks`,
    [tx.tenant, document.corpusId, [ALL_CHUNKS, ...document.terms], [document.chunks.length, ...document.termChunks]],
  );
  await tx.query('UPDATE corpus SET revision = revision + 1 WHERE tenant = $1 AND id = $2', [tx.tenant, document.corpusId]);
}

/** Removes the document at a path with all that hangs on it; returns its id, or null where there is none. */
export async function removeDocument(tx: WorkerTx, corpusId: string, path: string): Promise<string | null> {
  const [row] = await tx.query<{ id: string; chunk_count: number; terms: string[]; term_chunks: number[] }>(
    `SELECT d.id, d.chunk_count, t.terms, t.term_chunks FROM document d JOIN document_text t ON t.tenant = d.tenant AND t.document_id = d.id
     WHERE d.tenant = $1 AND d.corpus_id = $2 AND d.path = $3`,
    [tx.tenant, corpusId, path],
  );
  if (!row) return null;
  await tx.query(
    `UPDATE term SET chunks = term.chunks - gone.chunks FROM unnest($3::text[], $4::integer[]) AS gone (term, chunks)
     WHERE term.tenant = $1 AND term.corpus_id = $2 AND term.term = gone.term`,
    [tx.tenant, corpusId, [ALL_CHUNKS, ...row.terms], [row.chunk_count, ...row.term_chunks]],
  );
  await tx.query('DELETE FROM document WHERE tenant = $1 AND id = $2', [tx.tenant, row.id]);
  await tx.query('UPDATE corpus SET revision = revision + 1 WHERE tenant = $1 AND id = $2', [tx.tenant, corpusId]);
  return row.id;
}

export interface KnownDocument {
  id: string;
  path: string;
  contentHash: string;
  aclId: number;
}

export function knownDocuments(tx: WorkerTx, corpusId: string): Promise<KnownDocument[]> {
  return tx.query(`SELECT id, path, content_hash AS "contentHash", acl_id AS "aclId" FROM document WHERE tenant = $1 AND corpus_id = $2`, [tx.tenant, corpusId]);
}

/** Changes who may read a document without touching its index. */
export async function setDocumentAcl(tx: WorkerTx, documentId: string, aclId: number): Promise<void> {
  await tx.query('UPDATE document SET acl_id = $3 WHERE tenant = $1 AND id = $2', [tx.tenant, documentId, aclId]);
  for (const table of ['document_text', 'chunk', 'chunk_index']) {
    await tx.query(`UPDATE ${table} SET acl_id = $3 WHERE tenant = $1 AND document_id = $2`, [tx.tenant, documentId, aclId]);
  }
}

export interface PendingChunk {
  id: string;
  text: string;
}

/** Chunks without a vector, shortest first, so that a batch holds texts of one length. */
export function pendingEmbeddings(tx: WorkerTx, corpusId: string, limit: number): Promise<PendingChunk[]> {
  return tx.query(
    `SELECT i.chunk_id AS id, c.embedding_text AS text FROM chunk_index i JOIN chunk c ON c.tenant = i.tenant AND c.id = i.chunk_id
     WHERE i.tenant = $1 AND i.corpus_id = $2 AND i.dense IS NULL ORDER BY i.token_count LIMIT $3`,
    [tx.tenant, corpusId, limit],
  );
}

/** Stores vectors in pgvector's text form; a chunk that went meanwhile is passed over. */
export async function storeEmbeddings(tx: WorkerTx, vectors: readonly { id: string; dense: string }[]): Promise<void> {
  await tx.query(
    `UPDATE chunk_index SET dense = new.dense::halfvec FROM unnest($2::uuid[], $3::text[]) AS new (id, dense) WHERE tenant = $1 AND chunk_id = new.id`,
    [tx.tenant, vectors.map((vector) => vector.id), vectors.map((vector) => vector.dense)],
  );
}

export async function countChunks(tx: WorkerTx, corpusId: string): Promise<{ chunks: number; embedded: number }> {
  const [row] = await tx.query<{ chunks: number; embedded: number }>(
    'SELECT count(*)::integer AS chunks, count(dense)::integer AS embedded FROM chunk_index WHERE tenant = $1 AND corpus_id = $2',
    [tx.tenant, corpusId],
  );
  return row!;
}

export interface DocumentText {
  id: string;
  corpus: string;
  path: string;
  title: string;
  mediaType: string;
  blobKey: string;
  text: string;
}

/** A document with its text, or null where it is not there or not readable: the two must look the same. */
export async function readDocument(tx: PersonTx, documentId: string): Promise<DocumentText | null> {
  const [row] = await tx.query<DocumentText>(
    `SELECT d.id, c.name AS corpus, d.path, d.title, d.media_type AS "mediaType", d.blob_key AS "blobKey", t.text
     FROM document d JOIN document_text t ON t.tenant = d.tenant AND t.document_id = d.id JOIN corpus c ON c.tenant = d.tenant AND c.id = d.corpus_id
     WHERE ${visible('d')} AND ${visible('t')} AND d.id = $3`,
    [...whoAsks(tx), documentId],
  );
  return row ?? null;
}
