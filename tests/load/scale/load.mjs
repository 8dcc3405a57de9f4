// Brings generated chunks into a PostgreSQL server as Kontor keeps them, by COPY, and makes the indexes of search.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { corpora, people } from '@kontor/db';
import { DIMENSIONS_MAX } from '@kontor/rag-core';
import { bigint, dense, id, int, ints, json, openCopyFile, sparse, text, texts } from './binary-copy.mjs';
import { CHUNKS_PER_DOCUMENT, documentOf, randomOf } from './generate.mjs';
import { principal, SETS, setOf } from './shares.mjs';

export const TENANT = 'load';
export const EMBEDDER = 'scale';
const PART = 50_000;
const DOCUMENT = 1;
export const CHUNK = 2;
const COLUMNS = {
  document: 'tenant, id, corpus_id, path, title, media_type, content_hash, size_bytes, acl_id, blob_key, chunk_count',
  document_text: 'tenant, document_id, acl_id, text, blocks',
  document_term: 'tenant, document_id, terms, chunks',
  chunk: 'tenant, id, document_id, acl_id, ordinal, start_offset, end_offset, heading_path, page, token_count, language, text',
  chunk_lexical: 'tenant, chunk_id, document_id, corpus_id, acl_id, lexical',
  chunk_dense: 'tenant, chunk_id, document_id, corpus_id, acl_id, dense',
};

export const uuid = (bytes) => bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

/** Makes a corpus for each of the base, with the access sets of `shares.mjs`, and loads chunks; returns the seconds that the server took for them. */
export async function fillStore({ administer, database, base, generate, size }) {
  const corpusIds = {};
  for (const name of new Set(base.chunks.map((chunk) => chunk.corpus))) {
    const { id: made } = await database.worker(TENANT, (tx) => corpora.createCorpus(tx, name, { embedder: EMBEDDER, dimensions: base.dimensions, recipe: {} }));
    corpusIds[name] = Buffer.from(made.replaceAll('-', ''), 'hex');
  }
  const sets = [];
  for (let set = 0; set < SETS; set += 1) sets.push(await database.worker(TENANT, (tx) => people.internAcl(tx, [principal(set)])));
  const words = Object.fromEntries(Object.keys(corpusIds).map((name) => [name, new Map()]));
  const world = { administer, corpusIds, sets, words, generate };
  let storedMs = 0;
  for (let start = 0; start < size; start += PART) storedMs += await addPart(world, start, Math.min(size, start + PART));
  await writeWords(world);
  return storedMs / 1_000;
}

export const setOfChunk = (number) => setOf(randomOf(documentOf(number))());

async function addPart(world, from, to) {
  const folder = mkdtempSync(join(tmpdir(), 'kontor-scale-'));
  chmodSync(folder, 0o755);
  try {
    const files = Object.fromEntries(Object.keys(COLUMNS).map((table) => [table, openCopyFile(join(folder, table))]));
    for (let start = from; start < to; start += CHUNKS_PER_DOCUMENT) await addDocument(world, files, start);
    await Promise.all(Object.values(files).map((file) => file.close()));
    const startedMs = performance.now();
    // Foreign keys hold by construction, and checking each row would measure that.
    for (const [table, columns] of Object.entries(COLUMNS)) await world.administer(`SET session_replication_role = replica; COPY ${table} (${columns}) FROM '${join(folder, table)}' (FORMAT binary)`);
    return performance.now() - startedMs;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** All chunks of a document are of one corpus, see `generate`. */
async function addDocument({ corpusIds, sets, words, generate }, files, start) {
  const number = documentOf(start);
  const [tenant, documentId, aclId] = [text(TENANT), id(DOCUMENT, number), int(sets[setOfChunk(start)])];
  const chunks = Array.from({ length: CHUNKS_PER_DOCUMENT }, (_, ordinal) => generate(start + ordinal));
  const corpusId = corpusIds[chunks[0].corpus];
  const holds = new Map();
  let offset = 0;
  for (const [ordinal, chunk] of chunks.entries()) {
    const chunkId = id(CHUNK, start + ordinal);
    for (const term of new Set(chunk.terms)) holds.set(term, (holds.get(term) ?? 0) + 1);
    await files.chunk.add([tenant, chunkId, documentId, aclId, int(ordinal), int(offset), int(offset + chunk.text.length), texts(chunk.headingPath), null, int(Math.ceil(chunk.text.length / 4)), text(chunk.language), text(chunk.text)]);
    await files.chunk_lexical.add([tenant, chunkId, documentId, corpusId, aclId, sparse(chunk.lexical, DIMENSIONS_MAX)]);
    await files.chunk_dense.add([tenant, chunkId, documentId, corpusId, aclId, dense(chunk.vector)]);
    offset += chunk.text.length + 1;
  }
  const whole = text(chunks.map((chunk) => chunk.text).join('\n'));
  await files.document.add([tenant, documentId, corpusId, text(`${number}.md`), text(`Document ${number}`), text('text/markdown'), text('h'), bigint(whole.length), aclId, text('b'), int(chunks.length)]);
  await files.document_text.add([tenant, documentId, aclId, whole, json([])]);
  await files.document_term.add([tenant, documentId, texts([...holds.keys()]), ints([...holds.values()])]);
  const counts = words[chunks[0].corpus];
  for (const [term, count] of [...holds, ['', chunks.length]]) counts.set(term, (counts.get(term) ?? 0) + count);
}

async function writeWords({ administer, corpusIds, words }) {
  const folder = mkdtempSync(join(tmpdir(), 'kontor-scale-'));
  chmodSync(folder, 0o755);
  const file = openCopyFile(join(folder, 'term'));
  for (const [name, counts] of Object.entries(words)) for (const [term, count] of counts) await file.add([text(TENANT), corpusIds[name], text(term), int(count)]);
  await file.close();
  await administer(`SET session_replication_role = replica; COPY term (tenant, corpus_id, term, chunks) FROM '${join(folder, 'term')}' (FORMAT binary)`);
  rmSync(folder, { recursive: true });
}
