// How quick search and chat stay while documents are imported: a search each second and one question after the other,
// first with nothing else to do and then during an import, in a Kontor of its own.
//   node tests/load/during-import.mjs FOLDER [--access FILE] [--users FILE] [--model NAME] [--seconds 60] [--ask]
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { spread } from './figures.mjs';
import { sleep, startKontor } from './kontor-process.mjs';

const samples = (name) => fileURLToPath(new URL(`../../samples/${name}`, import.meta.url));
const { values, positionals } = parseArgs({ allowPositionals: true, options: { access: { type: 'string' }, users: { type: 'string' }, model: { type: 'string', default: 'qwen2.5-coder-0.5b-instruct' }, seconds: { type: 'string', default: '60' }, ask: { type: 'boolean', default: false } } });
const [folder] = positionals;
const root = await mkdtemp(join(tmpdir(), 'kontor-import-'));
const delayFile = join(root, 'delays.json');
const kontor = await startKontor({ data: join(root, 'data'), chatModel: values.model, execArgv: ['--import', new URL('./loop-delay.mjs', import.meta.url).href], env: { LOOP_DELAY_FILE: delayFile } });
const questions = (await readFile(samples('questions.jsonl'), 'utf8')).split('\n').filter((line) => line !== '').map((line) => JSON.parse(line)).filter(({ kind }) => kind === 'answerable');

/** The delays since the last call. */
async function loopDelay() {
  await rm(delayFile, { force: true });
  process.kill(kontor.pid, 'SIGUSR2');
  for (;;) {
    await sleep(50);
    const text = await readFile(delayFile, 'utf8').catch(() => '');
    if (text.endsWith('}')) return JSON.parse(text);
  }
}

/** A search each second, and with --ask one question after the other, until `over` says so. */
async function measure(over) {
  const searches = [];
  const answers = [];
  await loopDelay();
  const searching = async () => {
    for (let i = 0; !over(); i += 1) {
      const { question, asked_by: person } = questions[i % questions.length];
      const startedMs = performance.now();
      await kontor.json('/api/search', { body: { question, corpus: 'samples' }, person });
      searches.push(performance.now() - startedMs);
      await sleep(Math.max(0, 1_000 - (performance.now() - startedMs)));
    }
  };
  const asking = async () => {
    for (let i = 0; values.ask && !over(); i += 1) {
      const { question, asked_by: person } = questions[i % questions.length];
      answers.push(await kontor.ask(person, question, 'samples'));
    }
  };
  await Promise.all([searching(), asking()]);
  const delay = await loopDelay();
  console.table({ search: spread(searches), ...(values.ask ? { 'first word': spread(answers.map(({ firstMs }) => firstMs)), 'whole answer': spread(answers.map(({ totalMs }) => totalMs)) } : {}) });
  console.log(`event loop late by: p50 ${delay.p50Ms.toFixed(0)} ms, p95 ${delay.p95Ms.toFixed(0)} ms, p99 ${delay.p99Ms.toFixed(0)} ms, at most ${delay.maxMs.toFixed(0)} ms`);
}

try {
  // The samples come in by themselves on the first start.
  await kontor.modelsReady();
  while ((await kontor.json('/api/admin/imports'))[0]?.state !== 'finished') await sleep(250);
  const untilMs = performance.now() + Number(values.seconds) * 1_000;
  console.log(`with nothing else to do, ${values.seconds} s`);
  await measure(() => performance.now() > untilMs);
  const startedMs = performance.now();
  const { finished, progress } = await kontor.importFolder({ directory: folder, corpus: 'load', accessFile: values.access, usersFile: values.users });
  let done = false;
  // What is still under way at the end is killed with its Kontor.
  const ended = finished().then((result) => ((done = true), result), () => undefined);
  const limitMs = performance.now() + Number(values.seconds) * 1_000;
  await measure(() => done || performance.now() > limitMs);
  const { state, chunks, embedded, chunksPerSecond } = done ? await ended : await progress();
  console.log(`during the import of ${folder}, its first ${((performance.now() - startedMs) / 1_000).toFixed(0)} s: then ${state}, ${embedded} of ${chunks} chunks embedded, ${chunksPerSecond?.toFixed(1)} a second`);
} finally {
  await kontor.kill();
  await rm(root, { recursive: true, force: true });
}
