// How late other work of the thread is while a text is cut into chunks and its words are weighed, and a hash of what comes out.
//   node tests/load/chunking.mjs FILE…
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { createExtractor } from '@kontor/extract';
import { indexDocument } from '../../apps/ingestion/dist/documents/index-document.js';

const LOOK_MS = 5;
const SETTLE_MS = 50;
const sleep = (ms) => new Promise((wake) => setTimeout(wake, ms));

/** How late a timer is at most while the work is done. */
async function latenessOf(work) {
  let [last, lateMs] = [performance.now(), 0];
  const timer = setInterval(() => {
    lateMs = Math.max(lateMs, performance.now() - last - LOOK_MS);
    last = performance.now();
  }, LOOK_MS);
  await sleep(SETTLE_MS);
  lateMs = 0;
  const startedMs = performance.now();
  const result = await work();
  const tookMs = performance.now() - startedMs;
  await sleep(SETTLE_MS);
  clearInterval(timer);
  return { result, tookMs, lateMs };
}

const extractor = createExtractor({});
const hash = createHash('sha256');
for (const path of process.argv.slice(2)) {
  const document = await extractor.extract({ path, name: basename(path) });
  const { result, tookMs, lateMs } = await latenessOf(() => indexDocument(document, (text) => Math.ceil(text.length / 3)));
  const { chunks, ...words } = result;
  hash.update(JSON.stringify([chunks.map(({ id: _own, ...chunk }) => chunk), words]));
  console.log(`${basename(path)}: ${chunks.length} chunks in ${tookMs.toFixed(0)} ms, other work late by at most ${lateMs.toFixed(0)} ms`);
}
console.log(hash.digest('hex'));
await extractor.close();
