// Kontor's chat model against a bare node-llama-cpp loop: same model, same prompt, same process, taking turns.
// usage: node tests/eval/chat-throughput.mjs [MODEL] [ROUNDS]
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { getLlama, LlamaLogLevel } from 'node-llama-cpp';
import { LlamaChatModel, ModelStore } from '@kontor/models';
import { loadConfig } from '@kontor/config';
import { median, processorMs, range } from './passages.mjs';

const [name = 'qwen2.5-coder-0.5b-instruct', rounds = '3'] = process.argv.slice(2);
const ANSWER_TOKENS = 48;
const CONTEXT_TOKENS = 2_048;
const store = new ModelStore(loadConfig().home.directory);
const entry = await store.entry(name);
const path = join(await store.path(name), entry.files[0].name);

const source = 'Der Urlaubsanspruch beträgt 30 Arbeitstage im Kalenderjahr. Er entsteht erstmals nach sechs Monaten. '.repeat(14);
/** Another beginning each round, so that no kept state helps either side. */
const promptOf = (round) => ({ system: `Runde ${round}. Du beantwortest Fragen nur aus den Quellen.`, user: `${source}\n\nWie viele Urlaubstage gibt es? Antworte ausführlich.` });

const model = await LlamaChatModel.load({ model: name, path, template: entry.template, contextTokens: CONTEXT_TOKENS });
const llama = await getLlama({ gpu: false, build: 'never', progressLogs: false, logLevel: LlamaLogLevel.error });
const weights = await llama.loadModel({ modelPath: path });
const context = await weights.createContext({ contextSize: CONTEXT_TOKENS, threads: availableParallelism(), batchSize: 512 });
const sequence = context.getSequence();

async function bare({ system, user }) {
  const text = `<|im_start|>system\n${system}<|im_end|>\n<|im_start|>user\n${user}<|im_end|>\n<|im_start|>assistant\n`;
  await sequence.clearHistory();
  const startedMs = performance.now();
  let firstMs;
  let tokens = 0;
  for await (const token of sequence.evaluate(weights.tokenize(text, true), { temperature: 0 })) {
    firstMs ??= performance.now();
    tokens += 1;
    if (tokens >= ANSWER_TOKENS) break;
    void token;
  }
  return { firstMs: firstMs - startedMs, tokensPerSecond: ((tokens - 1) * 1_000) / (performance.now() - firstMs), promptTokens: weights.tokenize(text, true).length };
}

async function kontor({ system, user }) {
  const request = { system, turns: [{ role: 'user', text: user }], tokensMax: ANSWER_TOKENS, temperature: 0, cacheKey: 'bench' };
  const startedMs = performance.now();
  let firstMs;
  let usage;
  for await (const event of model.generate(request, new AbortController().signal)) {
    firstMs ??= performance.now();
    if (event.type === 'finish') usage = event.usage;
  }
  return { firstMs: firstMs - startedMs, tokensPerSecond: ((usage.answerTokens - 1) * 1_000) / usage.answerMs, promptTokens: usage.promptTokens - usage.cachedTokens };
}

const results = { bare: [], kontor: [] };
for (let round = 0; round <= Number(rounds); round += 1) {
  // The first round only warms up; afterwards the sides change who begins.
  const order = round % 2 === 0 ? ['bare', 'kontor'] : ['kontor', 'bare'];
  for (const side of order) {
    const startedProcessorMs = processorMs();
    const result = await (side === 'bare' ? bare : kontor)(promptOf(round));
    if (round === 0) continue;
    results[side].push({ ...result, processorMs: processorMs() - startedProcessorMs });
    console.log(`round ${round} ${side.padEnd(6)} first token ${Math.round(result.firstMs)} ms, ${result.tokensPerSecond.toFixed(1)} tokens/s`);
  }
}
const summary = (side) => ({
  'prompt tokens read': results[side][0].promptTokens,
  'first token ms': Math.round(median(results[side].map(({ firstMs }) => firstMs))),
  'tokens/s': Number(median(results[side].map(({ tokensPerSecond }) => tokensPerSecond)).toFixed(2)),
});
console.log(`${name}, ${rounds} rounds, median; load ${loadavg()[0].toFixed(2)} on ${availableParallelism()} processors`);
console.table({ bare: summary('bare'), kontor: summary('kontor') });
const ratios = (figure) => range(results.kontor.map((result, i) => result[figure] / results.bare[i][figure]));
console.log(`first token ÷ bare prefill, round by round: ${ratios('firstMs')} (aim: at most 1.1)`);
console.log(`tokens/s ÷ bare loop, round by round: ${ratios('tokensPerSecond')} (aim: at least 0.95)`);
console.log(`processor time of the whole answer ÷ bare: ${ratios('processorMs')}`);
await model.close();
await llama.dispose();
