// Kontor's embedder against raw ONNX Runtime on the same passages and model: one session on all processors, and one for each.
// usage: node tests/eval/embedder-throughput.mjs FOLDER_WITH_MARKDOWN [PASSAGES] [ROUNDS]
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { catalogue, createEmbedder, ModelStore } from '@kontor/models';
import { loadConfig } from '@kontor/config';
import { UnigramTokenizer } from '../../libs/models/dist/embedder/unigram-tokenizer.js';
import { median, readPassages } from './passages.mjs';

const entry = catalogue.find(({ name }) => name === 'multilingual-e5-small-q4-int8');
const [corpus, count = '48', rounds = '3'] = process.argv.slice(2);
const processors = availableParallelism();
const folder = await new ModelStore(loadConfig().home.directory).path(entry.name);
const path = join(folder, 'model.onnx');
const passages = readPassages(corpus, Number(count));

/** Raw sessions, each in a thread, with the texts already in tokens and dealt out evenly. */
async function openRaw(sessions, threads) {
  const tokenizer = await UnigramTokenizer.load(join(folder, 'tokenizer.json'));
  const encoded = passages.map((text) => tokenizer.encode(`passage: ${text}`, 512)).sort((a, b) => b.length - a.length);
  const workers = Array.from({ length: sessions }, () => new Worker(new URL('./raw-embedder.worker.mjs', import.meta.url), { workerData: { path, threads } }));
  await Promise.all(workers.map((worker) => once(worker, 'message')));
  const run = () => Promise.all(workers.map((worker, i) => {
    worker.postMessage(encoded.filter((_, row) => row % sessions === i));
    return once(worker, 'message');
  }));
  return { run, close: () => Promise.all(workers.map((worker) => worker.terminate())) };
}

const embedder = await createEmbedder({ entry, folder });
const contenders = {
  kontor: { run: () => embedder.embed(passages, 'passage'), close: () => embedder.close() },
  [`raw, 1 session of ${processors} threads`]: await openRaw(1, processors),
  [`raw, ${processors} sessions of 1 thread`]: await openRaw(processors, 1),
};
const durationsMs = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
for (let round = 0; round <= Number(rounds); round += 1) {
  for (const [name, { run }] of Object.entries(contenders)) {
    const startedMs = performance.now();
    await run();
    // The first round only warms up.
    if (round > 0) durationsMs[name].push(performance.now() - startedMs);
  }
}
const rates = Object.entries(durationsMs).map(([name, values]) => ({ name, 'passages/s': (passages.length * 1_000) / median(values) }));
const best = Math.max(...rates.slice(1).map((rate) => rate['passages/s']));
console.log(`${passages.length} passages, ${rounds} rounds, median`);
console.table(rates.map((rate) => ({ ...rate, 'ratio to the best raw': rate['passages/s'] / best })));
console.log(`peak memory ${Math.round(process.resourceUsage().maxRSS / 1_024)} MB`);
for (const { close } of Object.values(contenders)) await close();
