// Times the embedded store: storing, vectors, both legs of search, vocabulary, snapshot, start.
//   node tests/load/store.mjs [chunks]
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { corpora, denseText, documents, openEmbedded, people, retrieval, sparseText } from '@kontor/db';

const CHUNKS_PER_DOCUMENT = 100;
const TERMS_PER_CHUNK = 110;
const WORDS = 60_000;
const WORDS_PER_DOCUMENT = 2_500;
const SETS = 20;
const TENANT = 'load';

const chunkCount = Number(process.argv[2] ?? 15_000);
const directory = await mkdtemp(join(tmpdir(), 'kontor-load-'));
const dimensions = Array.from({ length: WORDS }, () => 1 + Math.floor(Math.random() * 999_999_999));
/** Few words are frequent and most are rare, as in any text. */
const draw = (count) => Math.floor(count * Math.random() ** 3);
const sentence = 'Die Arbeitnehmerin hat Anspruch auf bezahlten Erholungsurlaub nach Maßgabe des Gesetzes. ';

function vectorOf(counts) {
  const entries = [...counts].map(([word, count]) => [dimensions[word], (count * 2.2) / (count + 1.2)]).sort((a, b) => a[0] - b[0]);
  return sparseText({ dimensions: entries.map(([dimension]) => dimension), weights: entries.map(([, weight]) => weight) });
}

function makeDocument(corpusId, aclId, index) {
  const own = Array.from({ length: WORDS_PER_DOCUMENT }, () => draw(WORDS));
  const frequency = new Map();
  const chunks = Array.from({ length: CHUNKS_PER_DOCUMENT }, (_, ordinal) => {
    const counts = new Map();
    for (let i = 0; i < TERMS_PER_CHUNK; i += 1) counts.set(own[draw(own.length)], (counts.get(own[draw(own.length)]) ?? 0) + 1);
    for (const word of counts.keys()) frequency.set(`word${word}`, (frequency.get(`word${word}`) ?? 0) + 1);
    const text = sentence.repeat(12) + ordinal;
    return { id: randomUUID(), ordinal, start: ordinal * 1_200, end: ordinal * 1_200 + text.length, headingPath: ['Urlaub', 'Anspruch'], page: null, tokenCount: 200 + draw(300), language: 'de', text, embeddingText: text, lexical: vectorOf(counts) };
  });
  const text = sentence.repeat(1_300);
  return { id: randomUUID(), corpusId, path: `${index}.md`, title: 'Urlaub', mediaType: 'text/markdown', contentHash: 'a', sizeBytes: text.length, aclId, blobKey: 'b', text, blocks: [], terms: [...frequency.keys()], termChunks: [...frequency.values()], chunks };
}

async function timed(work) {
  const started = performance.now();
  const result = await work();
  return [performance.now() - started, result];
}

async function median(label, work, times = 21) {
  const taken = [];
  for (let i = 0; i < times; i += 1) taken.push((await timed(work))[0]);
  taken.sort((a, b) => a - b);
  console.log(`${label}: median ${taken[times >> 1].toFixed(1)} ms, p95 ${taken[Math.floor(times * 0.95)].toFixed(1)} ms`);
}

const [createMs, store] = await timed(() => openEmbedded({ directory }));
console.log(`new store: ${createMs.toFixed(0)} ms`);
const { database } = store;
const corpus = await database.worker(TENANT, (tx) => corpora.createCorpus(tx, 'load', { embedder: 'load', dimensions: 384, recipe: {} }));
const principals = Array.from({ length: SETS }, (_, i) => `load:group-${i}`);
const sets = [];
for (const principal of principals) sets.push(await database.worker(TENANT, (tx) => people.internAcl(tx, [principal])));

let storeMs = 0;
for (let index = 0; index * CHUNKS_PER_DOCUMENT < chunkCount; index += 1) {
  const document = makeDocument(corpus.id, sets[index % SETS], index);
  storeMs += (await timed(() => database.worker(TENANT, (tx) => documents.replaceDocument(tx, document))))[0];
}
console.log(`stored ${chunkCount} chunks of ${chunkCount / CHUNKS_PER_DOCUMENT} documents: ${(storeMs / 1_000).toFixed(1)} s, ${((chunkCount * 1_000) / storeMs).toFixed(0)} chunks/s`);

const vectors = Array.from({ length: 256 }, () => denseText(Float32Array.from({ length: 384 }, () => Math.random() - 0.5)));
const [vectorMs] = await timed(async () => {
  for (;;) {
    const pending = await database.worker(TENANT, (tx) => documents.pendingEmbeddings(tx, corpus.id, vectors.length));
    if (pending.length === 0) return;
    await database.worker(TENANT, (tx) => documents.storeEmbeddings(tx, pending.map((chunk, i) => ({ id: chunk.id, dense: vectors[i] }))));
  }
});
console.log(`stored their vectors: ${(vectorMs / 1_000).toFixed(1)} s, ${((chunkCount * 1_000) / vectorMs).toFixed(0)} vectors/s`);
console.log(`vacuum: ${(await timed(() => store.vacuum()))[0].toFixed(0)} ms`);

const query = () => vectorOf(new Map(Array.from({ length: 8 }, () => [draw(WORDS), 1])));
const all = { tenant: TENANT, person: 'ada', principals };
const one = { tenant: TENANT, person: 'bob', principals: principals.slice(0, 1) };
await median('a transaction that does nothing', () => database.person(all, async () => undefined));
for (const [who, scope] of [['all visible', all], [`1 set of ${SETS} visible`, one]]) {
  await median(`dense, ${who}`, () => database.person(scope, (tx) => retrieval.nearestDense(tx, [corpus.id], vectors[0], 100)));
  await median(`lexical, ${who}`, () => database.person(scope, (tx) => retrieval.nearestLexical(tx, [corpus.id], query(), 100)));
}
await median('dense, lexical and 40 chunks in one transaction', () =>
  database.person(all, async (tx) => {
    const ranked = await retrieval.nearestDense(tx, [corpus.id], vectors[0], 100);
    await retrieval.nearestLexical(tx, [corpus.id], query(), 100);
    await retrieval.readChunks(tx, ranked.slice(0, 40).map((hit) => hit.chunkId));
  }),
);
const [wordsMs, words] = await timed(() => database.person(all, (tx) => corpora.loadVocabulary(tx, corpus.id)));
console.log(`vocabulary of ${words.terms.length} words: ${wordsMs.toFixed(0)} ms`);
console.log(`snapshot: ${(await timed(() => store.snapshot()))[0].toFixed(0)} ms, store ${((await database.health()).sizeBytes / 1e6).toFixed(0)} MB`);
console.log(`close: ${(await timed(() => store.close()))[0].toFixed(0)} ms`);
const [openMs, again] = await timed(() => openEmbedded({ directory }));
console.log(`open: ${openMs.toFixed(0)} ms`);
await again.close();
console.log(`memory of this process: ${(process.resourceUsage().maxRSS / 1_000).toFixed(0)} MB at most`);
await rm(directory, { recursive: true, force: true });
