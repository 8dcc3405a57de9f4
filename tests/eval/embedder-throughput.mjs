// Kontor's embedder against raw ONNX Runtime on the same passages and model: one session on all processors, and one for each.
// usage: node tests/eval/embedder-throughput.mjs FOLDER_WITH_MARKDOWN [PASSAGES] [ROUNDS]
import { once } from 'node:events';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { catalogue, createEmbedder, ModelStore } from '@kontor/models';
import { loadConfig } from '@kontor/config';
import { UnigramTokenizer } from '../../libs/models/dist/embedder/unigram-tokenizer.js';
import { median, processorMs, range, readPassages } from './passages.mjs';

const entry = catalogue.find(({ name }) => name === 'multilingual-e5-small-q4-int8');
const [corpus, count = '48', rounds = '3'] = process.argv.slice(2);
const processors = availableParallelism();
const folder = await new ModelStore(loadConfig().home.directory).path(entry.name);
const path = join(folder, 'model.onnx');
const passages = readPassages(corpus, Number(count));

/** Raw sessions, each in a thread, with the texts already in tokens; whoever is done takes the next text, the longest first. */
async function openRaw(sessions, threads) {
  const tokenizer = await UnigramTokenizer.load(join(folder, 'tokenizer.json'));
  const encoded = passages.map((text) => tokenizer.encode(`passage: ${text}`, 512)).sort((a, b) => b.length - a.length);
  const workers = Array.from({ length: sessions }, () => new Worker(new URL('./raw-embedder.worker.mjs', import.meta.url), { workerData: { path, threads } }));
  await Promise.all(workers.map((worker) => once(worker, 'message')));
  const run = async () => {
    let next = 0;
    await Promise.all(workers.map(async (worker) => {
      while (next < encoded.length) {
        worker.postMessage(encoded[next++]);
        await once(worker, 'message');
      }
    }));
  };
  return { run, close: () => Promise.all(workers.map((worker) => worker.terminate())) };
}

const embedder = await createEmbedder({ entry, folder });
const contenders = {
  kontor: { run: () => embedder.embed(passages, 'passage'), close: () => embedder.close() },
  [`raw, 1 session of ${processors} threads`]: await openRaw(1, processors),
  [`raw, ${processors} sessions of 1 thread`]: await openRaw(processors, 1),
};
const names = Object.keys(contenders);
const taken = Object.fromEntries(names.map((name) => [name, { wallMs: [], processorMs: [] }]));
for (let round = 0; round <= Number(rounds); round += 1) {
  // Another one begins each round; the first round only warms up.
  for (const name of names.map((_, i) => names[(i + round) % names.length])) {
    const [startedMs, startedProcessorMs] = [performance.now(), processorMs()];
    await contenders[name].run();
    if (round === 0) continue;
    taken[name].wallMs.push(performance.now() - startedMs);
    taken[name].processorMs.push(processorMs() - startedProcessorMs);
  }
}
const rates = names.map((name) => ({ name, 'passages/s': (passages.length * 1_000) / median(taken[name].wallMs), 'processor ms a passage': median(taken[name].processorMs) / passages.length }));
const best = rates.slice(1).reduce((a, b) => (b['passages/s'] > a['passages/s'] ? b : a)).name;
const ratios = (figure) => taken.kontor[figure].map((value, round) => taken[best][figure][round] / value);
console.log(`${passages.length} passages, ${rounds} rounds, median; load ${loadavg()[0].toFixed(2)} on ${processors} processors`);
console.table(rates);
console.log(`throughput ÷ ${best}, round by round: ${range(ratios('wallMs'))} by the clock, ${range(ratios('processorMs'))} by processor time (aim: at least 0.9)`);
console.log(`peak memory ${Math.round(process.resourceUsage().maxRSS / 1_024)} MB`);
for (const { close } of Object.values(contenders)) await close();
