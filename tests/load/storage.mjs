// What a chunk takes on the disk of a PostgreSQL server, table by table, and the two forms of an HNSW index beside it.
//   node tests/load/storage.mjs FOLDER [documents]
// Texts and words are those of the folder; vectors are random, which changes no size.
import { randomUUID } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { corpora, denseText, documents, migratePostgres, openPostgres, people } from '@kontor/db';
import { createExtractor } from '@kontor/extract';
import { indexDocument } from '../../apps/ingestion/dist/documents/index-document.js';
import { startPostgres } from '../../tools/services/index.mjs';

const TENANT = 'load';
const DIMENSIONS = 384;
const SETS = 20;
const BATCH = 256;
const [folder, limit = '1000000'] = process.argv.slice(2);

const server = await startPostgres({ settings: { maintenance_work_mem: '512MB' } });
await migratePostgres({ ownerUrl: server.ownerUrl, serviceUrl: server.url, jobTables: false });
const database = await openPostgres({ url: server.url });
const extractor = createExtractor({ sizeBytesMax: 104_857_600, timeoutMs: 120_000, memoryBytesMax: 1_073_741_824 });
try {
  const corpus = await database.worker(TENANT, (tx) => corpora.createCorpus(tx, 'load', { embedder: 'load', dimensions: DIMENSIONS, recipe: {} }));
  await storeDocuments(corpus.id);
  await storeVectors(corpus.id);
  await report();
} finally {
  await database.close();
  await extractor.close();
  await server.stop();
}

async function storeDocuments(corpusId) {
  const sets = [];
  for (let index = 0; index < SETS; index += 1) sets.push(await database.worker(TENANT, (tx) => people.internAcl(tx, [`load:group-${index}`])));
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).sort().slice(0, Number(limit));
  for (const [index, path] of files.entries()) {
    const document = await extractor.extract({ path, name: path }).catch(() => null);
    if (!document) continue;
    const indexed = await indexDocument(document, (text) => Math.ceil(text.length / 4));
    const { title, mediaType, text, blocks } = document;
    await database.worker(TENANT, (tx) => documents.replaceDocument(tx, { id: randomUUID(), corpusId, path, title, mediaType, contentHash: 'a', sizeBytes: statSync(path).size, aclId: sets[index % SETS], blobKey: 'b', text, blocks, ...indexed }));
  }
}

async function storeVectors(corpusId) {
  // Each its own: equal vectors share a node of the index.
  const vector = () => denseText(Float32Array.from({ length: DIMENSIONS }, () => Math.random() - 0.5));
  for (;;) {
    const pending = await database.worker(TENANT, (tx) => documents.pendingEmbeddings(tx, corpusId, BATCH));
    if (pending.length === 0) return;
    await database.worker(TENANT, (tx) => documents.storeEmbeddings(tx, pending.map(({ id }) => ({ id, dense: vector() }))));
  }
}

async function report() {
  const ask = (sql) => server.administer(sql, 'kontor');
  await ask('VACUUM FULL ANALYZE');
  const [{ chunks, characters, documents: count }] = await ask('SELECT count(*)::int AS chunks, round(avg(length(text)))::int AS characters, count(DISTINCT document_id)::int AS documents FROM chunk');
  console.log(`${count} documents, ${chunks} chunks of ${characters} characters on average`);
  const tables = await ask("SELECT relname AS name, pg_table_size(oid)::int AS table, pg_indexes_size(oid)::int AS indexes FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY pg_total_relation_size(oid) DESC LIMIT 8");
  const row = (name, ...sizes) => console.log(`${name.padEnd(24)} ${sizes.map((size) => `${(size / chunks).toFixed(0).padStart(6)} bytes a chunk`).join('   indexes ')}`);
  for (const { name, table, indexes } of tables) row(name, table, indexes);
  row('all', tables.reduce((sum, { table, indexes }) => sum + table + indexes, 0));
  for (const type of ['vector', 'halfvec']) {
    await ask(`CREATE INDEX load_${type} ON chunk_dense USING hnsw ((dense::${type}(${DIMENSIONS})) ${type}_cosine_ops)`);
    const [{ size }] = await ask(`SELECT pg_relation_size('load_${type}')::int AS size`);
    row(`HNSW over ${type}`, size);
  }
}
