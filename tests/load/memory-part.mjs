// One part of Kontor in a process of its own: does its work and tells the peak memory of the process to its parent.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@kontor/config';
import { openEmbedded } from '@kontor/db';
import { catalogue, createEmbedder, LlamaChatModel, ModelStore } from '@kontor/models';
import { readPassages } from '../eval/passages.mjs';

const EMBEDDER = 'multilingual-e5-small-q4-int8';
const PASSAGES = 200;
const CONTEXT_TOKENS = 4_096;
const [part, folder] = process.argv.slice(2);
const store = new ModelStore(loadConfig().home.directory);
const scratch = mkdtempSync(join(tmpdir(), 'kontor-part-'));

const parts = {
  'Node and the libraries': async () => undefined,
  'database, two PGlite, empty': async () => (await openEmbedded({ directory: scratch })).close(),
  'embedder, one thread and one for queries': () => embed(1),
  'embedder, two threads and one for queries': () => embed(2),
  'qwen2.5-coder-0.5b-instruct': () => chat('qwen2.5-coder-0.5b-instruct'),
  'qwen2.5-coder-1.5b-instruct': () => chat('qwen2.5-coder-1.5b-instruct'),
};

async function embed(threads) {
  const embedder = await createEmbedder({ entry: catalogue.find(({ name }) => name === EMBEDDER), folder: await store.path(EMBEDDER), threads });
  await embedder.embed(readPassages(folder, PASSAGES, 1_500), 'passage');
  await embedder.close();
}

async function chat(name) {
  const entry = await store.entry(name);
  const model = await LlamaChatModel.load({ model: name, path: join(await store.path(name), entry.files[0].name), template: entry.template, contextTokens: CONTEXT_TOKENS });
  const text = `${'The leave of a full-time employee is thirty days a year. '.repeat(200)}\nHow many days?`;
  for await (const event of model.generate({ system: 'Answer.', turns: [{ role: 'user', text }], tokensMax: 32, temperature: 0, cacheKey: 'memory' }, new AbortController().signal)) void event;
  await model.close();
}

if (part === undefined) console.log(Object.keys(parts).join('\n'));
else {
  await parts[part]();
  rmSync(scratch, { recursive: true, force: true });
  // Threads of the libraries would keep the process.
  process.send(process.resourceUsage().maxRSS / 1_024, () => process.exit());
}
