// Peak memory of a whole Kontor by phase and process, from /proc (Linux): start, import of a folder, questions.
//   node tests/load/memory.mjs [FOLDER] [--access FILE] [--users FILE] [--lexicon FILE] [--model NAME | --no-model] [--questions 5]
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { processTree, sleep, startKontor } from './kontor-process.mjs';

if (!existsSync('/proc/self/clear_refs')) {
  console.log('skipped: needs the /proc of Linux');
  process.exit(0);
}
const option = { type: 'string' };
const { values, positionals } = parseArgs({ allowPositionals: true, options: { access: option, users: option, lexicon: option, questions: { type: 'string', default: '5' }, model: { type: 'string', default: 'qwen2.5-coder-0.5b-instruct' }, 'no-model': { type: 'boolean' } } });
const [folder] = positionals;
const root = mkdtempSync(join(tmpdir(), 'kontor-memory-'));
const noModels = { KONTOR_HOME: join(root, 'home'), KONTOR_MODEL_PULL: 'off' };
const kontor = await startKontor({ data: join(root, 'data'), chatModel: values['no-model'] ? undefined : values.model, env: values['no-model'] ? noModels : {} });

const read = (pid, name) => {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return ''; // It ended meanwhile.
  }
};
const megabytes = (status, field) => Math.round(Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0) / 1_024);
const nameOf = (pid) => (pid === kontor.pid ? 'Kontor' : (/extract\/.*?([\w-]+)\.js/.exec(read(pid, 'cmdline'))?.[1] ?? read(pid, 'comm').trim()));

/** Runs one phase and tells the peak of each process in it; the kernel's own mark of the peak is set back before. */
async function phase(name, work) {
  for (const pid of processTree(kontor.pid)) if (read(pid, 'status') !== '') writeFileSync(`/proc/${pid}/clear_refs`, '5');
  const peaks = new Map();
  // Processes come and go, so each is looked at every while; VmHWM itself misses nothing in between.
  const look = () => {
    for (const pid of processTree(kontor.pid)) {
      const status = read(pid, 'status');
      const name = nameOf(pid);
      // Of processes with one name, one row: the largest.
      if (megabytes(status, 'VmHWM') < (peaks.get(name)?.['peak MB'] ?? 1)) continue;
      peaks.set(name, { 'peak MB': megabytes(status, 'VmHWM'), 'own MB at the end': megabytes(status, 'RssAnon'), 'of files MB at the end': megabytes(status, 'RssFile') });
    }
  };
  const timer = setInterval(look, 100);
  await work();
  clearInterval(timer);
  look();
  console.log(name);
  console.table(Object.fromEntries(peaks));
}

const samples = (name) => fileURLToPath(new URL(`../../samples/${name}`, import.meta.url));
const questions = readFileSync(samples('questions.jsonl'), 'utf8').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line)).slice(0, Number(values.questions));
try {
  console.log(values['no-model'] ? 'without any model' : values.model);
  await phase('start, and the import of the samples', async () => {
    await kontor.modelsReady();
    while ((await kontor.json('/api/admin/imports'))[0]?.state !== 'finished') await sleep(250);
  });
  await phase('ten idle seconds', () => sleep(10_000));
  if (folder) {
    await phase(`import of ${folder}`, async () => {
      const { finished } = await kontor.importFolder({ directory: folder, corpus: 'memory', accessFile: values.access, usersFile: values.users, lexiconFile: values.lexicon });
      const { state, chunks, elapsedMs } = await finished();
      console.log(`${state}: ${chunks} chunks in ${(elapsedMs / 1_000).toFixed(0)} s`);
    });
  }
  await phase(`${questions.length} questions`, async () => {
    for (const { question, asked_by: person } of questions) await kontor.ask(person, question, 'samples');
  });
} finally {
  await kontor.stop();
  rmSync(root, { recursive: true, force: true });
}
