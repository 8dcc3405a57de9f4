// Times what is asked once a document, once a look at an import and once a search, as a corpus grows.
//   node tests/load/bookkeeping.mjs [documents …]      default: 1000 4000
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { corpora, documents, imports, openEmbedded, people, sparseText } from '@kontor/db';
import { spread } from './figures.mjs';

const TENANT = 'load';
const SETS = 20;
const EARLIER_RUNS = 30;
const LISTED = 20;
const TIMES = 21;
const DOCUMENTS_A_TRANSACTION = 100;

const sizes = process.argv.slice(2).map(Number);
for (const size of sizes.length > 0 ? sizes : [1_000, 4_000]) await measure(size);

async function measure(size) {
  const directory = await mkdtemp(join(tmpdir(), 'kontor-load-'));
  const store = await openEmbedded({ directory });
  const { database } = store;
  const worker = (work) => database.worker(TENANT, work);
  try {
    const corpus = await worker((tx) => corpora.createCorpus(tx, 'load', { embedder: 'load', dimensions: 384, recipe: {} }));
    const principals = Array.from({ length: SETS }, (_, index) => `load:group-${index}`);
    const paths = Array.from({ length: size }, (_, index) => `${String(index).padStart(7, '0')}.md`);
    await storeDocuments(worker, corpus.id, principals, paths);
    const runId = await recordRuns(worker, corpus, paths);
    await store.vacuum();

    const settled = await durations(paths, (path) => worker((tx) => imports.settleItem(tx, runId, path, null)));
    const tenth = Math.max(1, Math.floor(size / 10));
    const rows = { 'settle, first tenth': spread(settled.slice(0, tenth)), 'settle, last tenth': spread(settled.slice(-tenth)) };
    const again = Array.from({ length: TIMES });
    const measured = {
      'one run': () => worker((tx) => imports.readRun(tx, runId)),
      [`latest ${LISTED} runs`]: () => worker((tx) => imports.latestRuns(tx, LISTED)),
      'counted chunks': () => worker((tx) => documents.countChunks(tx, corpus.id)),
      'known documents': () => worker((tx) => documents.knownDocuments(tx, corpus.id)),
      'visible corpora, all': () => database.person({ tenant: TENANT, person: 'ada', principals }, (tx) => corpora.visibleCorpora(tx)),
      'visible corpora, a twentieth': () => database.person({ tenant: TENANT, person: 'bob', principals: principals.slice(0, 1) }, (tx) => corpora.visibleCorpora(tx)),
    };
    for (const [label, work] of Object.entries(measured)) rows[label] = spread(await durations(again, work));
    console.log(`${size} documents, ${EARLIER_RUNS} runs before, ${(settled.reduce((sum, ms) => sum + ms, 0) / 1_000).toFixed(1)} s to settle them all`);
    console.table(rows);
  } finally {
    await store.close();
    await rm(directory, { recursive: true, force: true });
  }
}

async function storeDocuments(worker, corpusId, principals, paths) {
  const sets = await worker(async (tx) => {
    const ids = [];
    for (const principal of principals) ids.push(await people.internAcl(tx, [principal]));
    return ids;
  });
  for (let from = 0; from < paths.length; from += DOCUMENTS_A_TRANSACTION) {
    await worker(async (tx) => {
      for (const [index, path] of paths.slice(from, from + DOCUMENTS_A_TRANSACTION).entries()) await documents.replaceDocument(tx, documentAt(corpusId, sets[index % SETS], path));
    });
  }
}

function documentAt(corpusId, aclId, path) {
  const text = 'Every employee has thirty days of leave a year.';
  const chunk = { id: randomUUID(), ordinal: 0, start: 0, end: text.length, headingPath: ['Leave'], page: null, tokenCount: 12, language: 'en', text, embeddingText: text, lexical: sparseText({ dimensions: [7], weights: [1] }) };
  return { id: randomUUID(), corpusId, path, title: 'Leave', mediaType: 'text/markdown', contentHash: 'a', sizeBytes: text.length, aclId, blobKey: 'b', text, blocks: [], terms: ['leave'], termChunks: [1], chunks: [chunk] };
}

/** Runs of every night before, each of which read every document, and one under way. */
async function recordRuns(worker, corpus, paths) {
  let runId;
  for (let night = 0; night <= EARLIER_RUNS; night += 1) {
    runId = await worker((tx) => imports.startRun(tx, corpus.id, corpus.name));
    await worker((tx) => imports.recordScan(tx, runId, { files: paths.length, unchanged: 0, removed: 0, waiting: paths.map((path) => ({ path })), failures: [], notices: [] }));
  }
  return runId;
}

async function durations(items, work) {
  const taken = [];
  for (const item of items) {
    const startedMs = performance.now();
    await work(item);
    taken.push(performance.now() - startedMs);
  }
  return taken;
}
