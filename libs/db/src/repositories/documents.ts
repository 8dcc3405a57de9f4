import type { DocumentBlock } from '@kontor/contracts';
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
  /** BM25 weights in pgvector's text form, see `sparseText`. */
  lexical: string;
}

export interface NewDocument {
  /** The id where there is no document at this path yet. */
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
  blocks: readonly DocumentBlock[];
  terms: readonly string[];
  termChunks: readonly number[];
  chunks: readonly NewChunk[];
}

// A term of no letters counts the chunks themselves; analysis never yields one.
const ALL_CHUNKS = '';
const INSERT_BATCH = 500;

/**
 * Puts a document in place of the one at its path, in the caller's transaction: readers see the old or the new, never
 * half. A document keeps the id that it has, so that what quoted it still finds it; the answer is that id.
 */
export async function replaceDocument(tx: WorkerTx, document: NewDocument): Promise<string> {
  const id = (await removeDocument(tx, document.corpusId, document.path)) ?? document.id;
  await tx.query(
    `INSERT INTO document (tenant, id, corpus_id, path, title, media_type, content_hash, size_bytes, acl_id, blob_key, chunk_count)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [tx.tenant, id, document.corpusId, document.path, document.title, document.mediaType, document.contentHash, document.sizeBytes, document.aclId, document.blobKey, document.chunks.length],
  );
  await tx.query('INSERT INTO document_text (tenant, document_id, acl_id, text, blocks) VALUES ($1, $2, $3, $4, $5::jsonb)', [tx.tenant, id, document.aclId, document.text, JSON.stringify(document.blocks)]);
  for (let from = 0; from < document.chunks.length; from += INSERT_BATCH) await insertChunks(tx, { ...document, id }, document.chunks.slice(from, from + INSERT_BATCH));
  await addTerms(tx, { ...document, id });
  return id;
}

async function insertChunks(tx: WorkerTx, document: NewDocument, chunks: readonly NewChunk[]): Promise<void> {
  const column = <K extends keyof NewChunk>(key: K): NewChunk[K][] => chunks.map((chunk) => chunk[key]);
  // A heading path is an array of its own; unnest would flatten it, so it travels as JSON.
  const headings = chunks.map((chunk) => JSON.stringify(chunk.headingPath));
  await tx.query(
    `INSERT INTO chunk (tenant, id, document_id, acl_id, ordinal, start_offset, end_offset, heading_path, page, token_count, language, text)
     SELECT $1, id, $2, $3, ordinal, start_offset, end_offset, ARRAY(SELECT jsonb_array_elements_text(headings::jsonb)), page, token_count, language, text
     FROM unnest($4::uuid[], $5::integer[], $6::integer[], $7::integer[], $8::text[], $9::integer[], $10::integer[], $11::text[], $12::text[])
       AS new (id, ordinal, start_offset, end_offset, headings, page, token_count, language, text)`,
    [tx.tenant, document.id, document.aclId, column('id'), column('ordinal'), column('start'), column('end'), headings, column('page'), column('tokenCount'), column('language'), column('text')],
  );
  await tx.query(
    `INSERT INTO chunk_lexical (tenant, chunk_id, document_id, corpus_id, acl_id, lexical)
     SELECT $1, id, $2, $3, $4, lexical::sparsevec FROM unnest($5::uuid[], $6::text[]) AS new (id, lexical)`,
    [tx.tenant, document.id, document.corpusId, document.aclId, column('id'), column('lexical')],
  );
  await tx.query(
    `INSERT INTO chunk_pending (tenant, corpus_id, document_id, chunk_id, token_count, embedding_text)
     SELECT $1, $2, $3, id, token_count, embedding_text FROM unnest($4::uuid[], $5::integer[], $6::text[]) AS new (id, token_count, embedding_text)`,
    [tx.tenant, document.corpusId, document.id, column('id'), column('tokenCount'), column('embeddingText')],
  );
}

async function addTerms(tx: WorkerTx, document: NewDocument): Promise<void> {
  const terms = [ALL_CHUNKS, ...document.terms];
  const counts = [document.chunks.length, ...document.termChunks];
  await tx.query('INSERT INTO document_term (tenant, document_id, terms, chunks) VALUES ($1, $2, $3, $4)', [tx.tenant, document.id, terms, counts]);
  await tx.query(
    `INSERT INTO term (tenant, corpus_id, term, chunks) SELECT $1, $2, term, chunks FROM unnest($3::text[], $4::integer[]) AS new (term, chunks)
     ON CONFLICT (tenant, corpus_id, term) DO UPDATE SET chunks = term.chunks + EXCLUDED.chunks`,
    [tx.tenant, document.corpusId, terms, counts],
  );
}

/** Removes the document at a path with all that hangs on it; returns its id, or null where there is none. */
export async function removeDocument(tx: WorkerTx, corpusId: string, path: string): Promise<string | null> {
  // The corpus's row is locked first by everything that changes its words, so that two imports wait and never deadlock.
  await tx.query('UPDATE corpus SET revision = revision + 1 WHERE tenant = $1 AND id = $2', [tx.tenant, corpusId]);
  const [row] = await tx.query<{ id: string }>('SELECT id FROM document WHERE tenant = $1 AND corpus_id = $2 AND path = $3', [tx.tenant, corpusId, path]);
  if (!row) return null;
  await tx.query(
    `UPDATE term SET chunks = term.chunks - gone.chunks
     FROM (SELECT unnest(terms) AS term, unnest(chunks) AS chunks FROM document_term WHERE tenant = $1 AND document_id = $3) AS gone
     WHERE term.tenant = $1 AND term.corpus_id = $2 AND term.term = gone.term`,
    [tx.tenant, corpusId, row.id],
  );
  await tx.query('DELETE FROM document WHERE tenant = $1 AND id = $2', [tx.tenant, row.id]);
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
  for (const table of ['document_text', 'chunk', 'chunk_lexical', 'chunk_dense']) {
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
    'SELECT chunk_id AS id, embedding_text AS text FROM chunk_pending WHERE tenant = $1 AND corpus_id = $2 ORDER BY token_count, chunk_id LIMIT $3',
    [tx.tenant, corpusId, limit],
  );
}

/** Stores vectors in pgvector's text form; a chunk that went meanwhile, or has its vector already, is passed over. */
export async function storeEmbeddings(tx: WorkerTx, vectors: readonly { id: string; dense: string }[]): Promise<void> {
  await tx.query(
    `WITH new AS (SELECT id, dense FROM unnest($2::uuid[], $3::text[]) AS new (id, dense)),
       taken AS (DELETE FROM chunk_pending p USING new WHERE p.tenant = $1 AND p.chunk_id = new.id RETURNING p.chunk_id, p.document_id, p.corpus_id)
     INSERT INTO chunk_dense (tenant, chunk_id, document_id, corpus_id, acl_id, dense)
     SELECT $1, taken.chunk_id, taken.document_id, taken.corpus_id, d.acl_id, new.dense::vector
     FROM taken JOIN new ON new.id = taken.chunk_id JOIN document d ON d.tenant = $1 AND d.id = taken.document_id`,
    [tx.tenant, vectors.map((vector) => vector.id), vectors.map((vector) => vector.dense)],
  );
}

export async function countChunks(tx: WorkerTx, corpusId: string): Promise<{ chunks: number; embedded: number }> {
  const [row] = await tx.query<{ chunks: number; pending: number }>(
    `SELECT (SELECT coalesce(sum(chunk_count), 0)::integer FROM document WHERE tenant = $1 AND corpus_id = $2) AS chunks,
       (SELECT count(*)::integer FROM chunk_pending WHERE tenant = $1 AND corpus_id = $2) AS pending`,
    [tx.tenant, corpusId],
  );
  return { chunks: row!.chunks, embedded: row!.chunks - row!.pending };
}

export interface DocumentText {
  id: string;
  corpus: string;
  path: string;
  title: string;
  mediaType: string;
  blobKey: string;
  text: string;
  blocks: DocumentBlock[];
}

/** A document with its text, or null where it is not there or not readable: the two must look the same. */
export async function readDocument(tx: PersonTx, documentId: string): Promise<DocumentText | null> {
  const [row] = await tx.query<DocumentText>(
    `SELECT d.id, c.name AS corpus, d.path, d.title, d.media_type AS "mediaType", d.blob_key AS "blobKey", t.text, t.blocks
     FROM document d JOIN document_text t ON t.tenant = d.tenant AND t.document_id = d.id JOIN corpus c ON c.tenant = d.tenant AND c.id = d.corpus_id
     WHERE ${visible('d')} AND ${visible('t')} AND d.id = $3`,
    [...whoAsks(tx), documentId],
  );
  return row ?? null;
}
