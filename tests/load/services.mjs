// 200 people in closed loop: each searches, asks, reads the answer to its end, thinks, and begins again, for three minutes.
// The services run in processes of their own over real servers; the model is scripted and costs nothing. Loopback only.
//
//   node tests/load/services.mjs [instances of each service, 1] [people, 200] [minutes, 3]
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startScriptedChat } from '@kontor/models/testing';
import { startCluster } from '../cluster/cluster.mjs';
import { eventsOf } from '../cluster/events.mjs';
import { spread } from './figures.mjs';

const [instances = 1, people = 200, minutes = 3] = process.argv.slice(2).map(Number);
const THINK_MS = 3_000;
const ANSWER_MS_MAX = 120_000;
const QUESTIONS = ['Wie viele Urlaubstage habe ich?', 'What is the travel allowance per day?', 'Wie melde ich mich krank?', 'How do I reset my password?', 'Wer ist im Betriebsrat?', 'What is the warranty period for clocks?'];

const sample = (name) => fileURLToPath(new URL(`../../samples/${name}`, import.meta.url));
const chat = await startScriptedChat({ tokensPerSecond: 60, firstTokenMs: 150, parallelMax: 64 });
const env = { KONTOR_CHAT_URL: chat.url, KONTOR_CHAT_MODEL: 'scripted', KONTOR_CHAT_PARALLEL: String(Math.ceil(32 / instances)), KONTOR_LOG_LEVEL: 'error' };
const cluster = await startCluster({ env, instances: Object.fromEntries(['chat-api', 'admin-api', 'ingestion', 'inference-worker'].map((name) => [name, instances])) });
const api = (index, path, init, person) => cluster.api(cluster.services['chat-api'][index % instances], path, init, person);
const seen = { searchMs: [], firstEventMs: [], firstWordMs: [], answerMs: [], errors: new Map(), busy: 0, asked: 0, ended: 0, gaps: 0, statuses: new Map() };
const note = (map, key) => map.set(key, (map.get(key) ?? 0) + 1);

try {
  await importSamples();
  const untilMs = performance.now() + minutes * 60_000;
  await Promise.all(Array.from({ length: people }, (_, index) => loop(index, untilMs)));
  const [{ open, stored }] = await cluster.servers.postgres.administer(`SELECT count(*) FILTER (WHERE status IN ('queued', 'running')) AS open, count(*) AS stored FROM message WHERE role = 'assistant'`, 'kontor');
  console.log(`${people} people, ${minutes} minutes, ${instances} of each service`);
  console.table({ search: spread(seen.searchMs), 'first event of an answer': spread(seen.firstEventMs), 'first word': spread(seen.firstWordMs), 'whole answer': spread(seen.answerMs) });
  console.log(JSON.stringify({ asked: seen.asked, ended: seen.ended, stored: Number(stored), open: Number(open), sentAwayBusy: seen.busy, gapsOrRepetitions: seen.gaps, errors: Object.fromEntries(seen.errors), statuses: Object.fromEntries(seen.statuses) }));
  for (const service of Object.values(cluster.services).flat()) if (service.output.includes('"level":50')) console.log(`${service.name}: ${service.output.slice(-2_000)}`);
} finally {
  await cluster.stop();
  await chat.close();
}

async function importSamples() {
  const users = await mkdtemp(join(tmpdir(), 'kontor-load-'));
  const names = Array.from({ length: people }, (_, index) => ({ id: `p${index}`, name: `P ${index}`, groups: [] }));
  const access = { version: 1, match: 'longest_prefix', paths_relative_to: 'docs', groups: ['all'], prefixes: { '': ['all'] } };
  await writeFile(join(users, 'users.json'), JSON.stringify({ implicit_groups: ['all'], users: names }));
  await writeFile(join(users, 'access.json'), JSON.stringify(access));
  await cluster.importFolder({ directory: sample('docs'), corpus: 'samples', accessFile: join(users, 'access.json'), usersFile: join(users, 'users.json') });
}

async function loop(index, untilMs) {
  // Nobody begins at the same moment.
  await pause(Math.random() * THINK_MS);
  for (let turn = 0; performance.now() < untilMs; turn += 1) {
    await once(index, QUESTIONS[(index + turn) % QUESTIONS.length]).catch((thrown) => note(seen.errors, String(thrown.cause?.code ?? thrown.message)));
    await pause(THINK_MS * (0.5 + Math.random()));
  }
}

async function once(index, question) {
  const person = `p${index}`;
  const post = (path, body) => api(index, path, { method: 'POST', body: JSON.stringify(body), signal: AbortSignal.timeout(ANSWER_MS_MAX) }, person);
  const startedMs = performance.now();
  const found = await post('/api/search', { question, corpus: 'samples' });
  if (!found.ok) throw new Error(`search ${found.status}`);
  await found.json();
  seen.searchMs.push(performance.now() - startedMs);
  const { id } = await (await post('/api/conversations', { corpus: 'samples' })).json();
  const askedMs = performance.now();
  const answer = await post(`/api/conversations/${id}/messages`, { question });
  if (answer.status === 429) return void (seen.busy += 1);
  if (!answer.ok) throw new Error(`ask ${answer.status}`);
  seen.asked += 1;
  await read(answer, askedMs);
}

async function read(answer, askedMs) {
  let [last, words] = [0, false];
  for await (const { id, part } of eventsOf(answer)) {
    if (last === 0) seen.firstEventMs.push(performance.now() - askedMs);
    if (id !== last + 1) seen.gaps += 1;
    last = id;
    if (part.type === 'text-start' && !words) seen.firstWordMs.push(performance.now() - askedMs);
    words ||= part.type === 'text-start';
    if (part.type === 'data-verification') note(seen.statuses, part.data.status);
    if (part.type === 'finish' || part.type === 'abort') {
      seen.ended += 1;
      seen.answerMs.push(performance.now() - askedMs);
    }
    if (part.type === 'error') note(seen.errors, part.code);
  }
}
