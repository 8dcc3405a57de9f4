// Times search over HTTP against a running Kontor, the embedding of the question included, as each question's own person.
//   node tests/load/search.mjs --data FOLDER --corpus NAME --questions FILE [--rounds 3] [--parallel 1]
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { loadConfig } from '@kontor/config';
import { spread } from './figures.mjs';
import { connect } from './kontor-process.mjs';

const { values } = parseArgs({ options: { data: { type: 'string' }, corpus: { type: 'string' }, questions: { type: 'string' }, rounds: { type: 'string', default: '3' }, parallel: { type: 'string', default: '1' } } });
const kontor = await connect(values.data ?? loadConfig().store.directory);
const questions = readFileSync(values.questions, 'utf8').split('\n').filter((line) => line.trim() !== '').map((line) => JSON.parse(line));
const search = ({ question, asked_by: person }) => kontor.json('/api/search', { body: { question, corpus: values.corpus }, person });

console.log(`load before: ${loadavg()[0].toFixed(2)}`);
const firstMs = performance.now();
await search(questions[0]);
console.log(`first search, which reads the vocabulary: ${Math.round(performance.now() - firstMs)} ms`);
const waiting = Array.from({ length: Number(values.rounds) }, () => questions).flat();
const [outside, inside, modes] = [[], [], new Set()];
await Promise.all(Array.from({ length: Number(values.parallel) }, async () => {
  for (let question = waiting.pop(); question !== undefined; question = waiting.pop()) {
    const startedMs = performance.now();
    const { searchMs, mode } = await search(question);
    outside.push(performance.now() - startedMs);
    inside.push(searchMs);
    modes.add(mode);
  }
}));
console.log(`load after: ${loadavg()[0].toFixed(2)}; ${[...modes].join(', ')}, ${values.parallel} at a time`);
console.table({ 'whole request': spread(outside), 'search itself': spread(inside) });
