// Kills a whole Kontor while it imports and while it answers, starts it again, and looks for what it had promised:
// an import that was accepted ends with every document, a finished answer keeps its words, a begun one says how it ended.
//   node tests/faults/kill-kontor.mjs [rounds] [seed]
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Random } from '../../libs/db/dist/testing/random.js';
import { sleep, startKontor } from '../load/kontor-process.mjs';

const [rounds = 10, seed = 1] = process.argv.slice(2).map(Number);
const SAMPLES = fileURLToPath(new URL('../../samples/', import.meta.url));
const CHAT_MODEL = 'qwen2.5-coder-0.5b-instruct';
const QUESTIONS = ['Wie viele Urlaubstage habe ich?', 'How do I get my travel costs back?', 'Wer muss eine Bestellung über 10.000 Euro freigeben?'];
const ASKER = JSON.parse(readFileSync(join(SAMPLES, 'users.json'), 'utf8')).users[0].id;
const IMPORT_MS_MAX = 12_000;
const ANSWER_MS_MAX = 9_000;
const RECOVER_MS_MAX = 180_000;

const root = await mkdtemp(join(tmpdir(), 'kontor-kill-'));
const [data, folder] = [join(root, 'data'), join(root, 'docs')];
cpSync(join(SAMPLES, 'docs'), folder, { recursive: true });
const texts = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && entry.name.endsWith('.md')).map((entry) => join(entry.parentPath, entry.name));
const random = new Random(seed);
const runs = new Set();
/** Answers by id: the conversation, and the words of those whose end had been told. */
const answers = new Map();

async function work(kontor, mode, round) {
  if (mode === 'import') {
    for (const path of texts) writeFileSync(path, `${readFileSync(path, 'utf8')}\nThis line came with round ${round}.\n`);
    runs.add((await kontor.importFolder({ directory: folder, corpus: 'firm', accessFile: join(SAMPLES, 'access.json'), usersFile: join(SAMPLES, 'users.json') })).runId);
    return;
  }
  for (;;) {
    let id;
    let text = '';
    await kontor.ask(ASKER, random.pick(QUESTIONS), 'firm', (conversationId, part) => {
      if (part.type === 'start') answers.set((id = part.messageId), { conversationId });
      if (part.type === 'text-delta') text += part.delta;
      if (part.type === 'data-replace') text = part.data.text;
      if (part.type === 'data-verification') answers.set(id, { conversationId, text, status: part.data.status });
    });
  }
}

/** What was promised before and is not there; each is waited for, since work goes on after a start. */
async function findFaults(kontor) {
  const faults = [];
  const documents = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length;
  for (const runId of runs) {
    const deadlineMs = performance.now() + RECOVER_MS_MAX;
    let run = await kontor.json(`/api/admin/imports/${runId}`);
    while (!['finished', 'failed'].includes(run.state) && performance.now() < deadlineMs) {
      await sleep(500);
      run = await kontor.json(`/api/admin/imports/${runId}`);
    }
  }
  // Passages are counted for the whole corpus, so they are looked at once every import has ended.
  for (const runId of runs) {
    const run = await kontor.json(`/api/admin/imports/${runId}`);
    const { state, files, parsed, unchanged, failed, chunks, embedded } = run;
    if (state !== 'finished' || files !== documents || parsed + unchanged !== files || embedded !== chunks) faults.push(`import ${JSON.stringify({ state, files, parsed, unchanged, failed, chunks, embedded })}`);
  }
  for (const [id, told] of answers) {
    const { messages } = await kontor.json(`/api/conversations/${told.conversationId}`, { person: ASKER });
    const found = messages.find((message) => message.id === id);
    if (!found) faults.push(`answer ${id} is lost`);
    else if (told.status && (found.status !== told.status || found.text !== told.text)) faults.push(`answer ${id} was ${told.status} and is ${found.status}, its words ${found.text === told.text ? 'kept' : 'changed'}`);
    else if (['queued', 'running'].includes(found.status)) faults.push(`answer ${id} is ${found.status} for ever`);
  }
  return faults;
}

let broken = 0;
try {
  for (let round = 1; round <= rounds; round += 1) {
    const mode = round % 2 === 1 ? 'import' : 'answer';
    const kontor = await startKontor({ data, chatModel: CHAT_MODEL });
    await kontor.modelsReady();
    // The kill ends the stream in the middle: that is the point, and not a failure of this test.
    const working = work(kontor, mode, round).catch((error) => (mode === 'import' ? Promise.reject(error) : undefined));
    if (mode === 'import') await working;
    const delayMs = random.integer(mode === 'import' ? IMPORT_MS_MAX : ANSWER_MS_MAX);
    await sleep(delayMs);
    await kontor.kill();
    await working;
    const again = await startKontor({ data, chatModel: CHAT_MODEL });
    await again.modelsReady();
    const faults = await findFaults(again);
    await again.stop();
    broken += faults.length > 0 ? 1 : 0;
    console.log(`${String(round).padStart(3)} ${mode.padEnd(6)} killed after ${(delayMs / 1_000).toFixed(1)} s  served in ${(again.servedMs / 1_000).toFixed(1)} s  ${faults.length > 0 ? `FAULTS: ${faults.join('; ')}` : 'all found'}`);
    // One that is lost for good would be told again in every round.
    if (faults.length > 0) [runs, answers].forEach((promises) => promises.clear());
  }
} finally {
  await rm(root, { recursive: true, force: true });
}
console.log(`${rounds} kills of a whole Kontor, ${broken} rounds with faults`);
process.exit(broken > 0 ? 1 : 0);
