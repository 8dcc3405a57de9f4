// What a question and a document cost on the way: requests, turns (each a wait for an answer) and bytes between every two
// parts, counted by proxies on loopback in front of real servers. The model is scripted. What passes without anybody
// asking is measured first and taken off.
//
//   node tests/load/costs.mjs [--questions 30] [--documents 30] [--idle 30] [--names]      --names: each kind of request and what comes back for it
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startScriptedChat } from '@kontor/models/testing';
import { startCluster } from '../cluster/cluster.mjs';
import { eventsOf } from '../cluster/events.mjs';
import { Meter, perTime } from './wire/meter.mjs';

const { values } = parseArgs({ options: { questions: { type: 'string', default: '30' }, documents: { type: 'string', default: '30' }, idle: { type: 'string', default: '30' }, names: { type: 'boolean', default: false } } });
const [QUESTIONS, DOCUMENTS, IDLE_S] = [values.questions, values.documents, values.idle].map(Number);
const SETTLE_MS = 3_000;
const ASKED = ['Wie viele Urlaubstage habe ich?', 'What is the travel allowance per day?', 'Wie melde ich mich krank?', 'How do I reset my password?', 'Wer ist im Betriebsrat?', 'What is the warranty period for clocks?'];
const VARIABLES = { postgres: 'KONTOR_DATABASE_URL', redis: 'KONTOR_REDIS_URL', s3: 'KONTOR_S3_ENDPOINT' };
const TITLES = { postgres: 'PostgreSQL', redis: 'Redis', s3: 'S3', model: 'model server', kafka: 'Kafka' };

const sample = (name) => fileURLToPath(new URL(`../../samples/${name}`, import.meta.url));
const meters = [];
const servers = {};
const meter = (name, protocol) => {
  const made = new Meter(name, protocol);
  meters.push(made);
  return made;
};
const through = async (name, to, protocol, port) => (await meter(name, protocol).open(to, port)).port;
const portOf = (url) => Number(new URL(url).port);
const withPort = (url, port) => url.replace(`:${portOf(url)}`, `:${port}`);

const chat = await startScriptedChat({ tokensPerSecond: 200, firstTokenMs: 20, parallelMax: 16 });
const kafka = meter('event-relay and admin-api ↔ Kafka', 'kafka');
const folder = await mkdtemp(join(tmpdir(), 'kontor-costs-'));
const kafkaPort = 20_000 + Math.floor(Math.random() * 10_000);
const kafkaProxy = await kafka.open({ port: kafkaPort });

/** Each service reaches each server through a proxy of its own. */
async function environmentOf(service, common) {
  const own = {};
  for (const [server, variable] of Object.entries(VARIABLES)) {
    own[variable] = withPort(common[variable], await through(`${service} ↔ ${TITLES[server]}`, servers[server], server === 's3' ? 'http' : server));
  }
  if (service === 'inference-worker') own.KONTOR_CHAT_URL = withPort(chat.url, await through(`${service} ↔ ${TITLES.model}`, { port: portOf(chat.url) }, 'http'));
  if (service === 'admin-api') own.KONTOR_INGESTION_URL = withPort(common.KONTOR_INGESTION_URL, await through('admin-api ↔ ingestion', { port: portOf(common.KONTOR_INGESTION_URL) }, 'http'));
  return own;
}

const cluster = await startCluster({
  env: { KONTOR_CHAT_URL: chat.url, KONTOR_CHAT_MODEL: 'scripted', KONTOR_LOG_LEVEL: 'error' },
  kafka: { port: kafkaPort, advertisedPort: kafkaProxy.port },
  through: (name, server) => (servers[name] = server),
  environmentOf,
});
try {
  const chatApi = cluster.services['chat-api'][0];
  const browser = { url: `http://127.0.0.1:${await through('browser ↔ chat-api', { port: portOf(chatApi.url) }, 'http')}` };
  await cluster.importFolder({ directory: sample('docs'), corpus: 'samples', accessFile: sample('access.json'), usersFile: sample('users.json'), lexiconFile: sample('lexicon.json') });
  const conversation = await post(browser, '/api/conversations', { corpus: 'samples' });
  // Once before it counts: connections are made, caches filled.
  for (const question of ASKED) await ask(browser, (await conversation).id, question);
  await pause(SETTLE_MS);
  const idle = await measure(() => pause(IDLE_S * 1_000));
  for (const counts of idle.values()) counts.seconds = idle.seconds;
  show(`a minute in which nobody asks (${IDLE_S} s counted)`, perMinute(idle));

  const asked = await measure(async () => {
    for (let n = 0; n < QUESTIONS; n += 1) {
      const { id } = n % 5 === 0 ? await post(browser, '/api/conversations', { corpus: 'samples' }) : await conversation;
      await ask(browser, id, `${ASKED[n % ASKED.length]}`);
    }
  });
  show(`a question (${QUESTIONS} asked one after the other, ${(asked.seconds / QUESTIONS).toFixed(2)} s each)`, less(asked, idle, QUESTIONS));

  await writeDocuments();
  const imported = await measure(async () => {
    await cluster.importFolder({ directory: join(folder, 'docs'), corpus: 'costs', accessFile: join(folder, 'access.json'), usersFile: join(folder, 'users.json') });
  });
  show(`a document (${DOCUMENTS} of 2 KB imported, ${(imported.seconds / DOCUMENTS).toFixed(2)} s each)`, less(imported, idle, DOCUMENTS));
} finally {
  await cluster.stop();
  await Promise.all(meters.map(({ proxy }) => proxy?.stop()));
  await chat.close();
  await rm(folder, { recursive: true, force: true });
}

/** What every meter counts while the work is done and what follows it, such as events, has settled. */
async function measure(work) {
  for (const one of meters) one.take();
  const startedMs = performance.now();
  await work();
  await pause(SETTLE_MS);
  const counted = new Map(meters.map((one) => [one.name, one.take()]));
  return Object.assign(counted, { seconds: (performance.now() - startedMs) / 1_000 });
}

function less(counted, idle, times) {
  return new Map([...counted].map(([name, counts]) => [name, perTime(counts, idle.get(name), counted.seconds, times)]));
}
function perMinute(idle) {
  const nothing = { requests: 0, turns: 0, sent: 0, received: 0, names: new Map(), seconds: 1 };
  return new Map([...idle].map(([name, counts]) => [name, perTime(counts, nothing, 0, idle.seconds / 60)]));
}

function show(title, rows) {
  console.log(`\n## ${title}\n\n| Between | Requests | Turns | To | Back |\n| --- | --- | --- | --- | --- |`);
  const seen = [...rows].filter(([, { sent, received }]) => sent + received >= 10);
  for (const [name, { requests, turns, sent, received }] of seen) console.log(`| ${name} | ${requests.toFixed(1)} | ${turns.toFixed(1)} | ${bytes(sent)} | ${bytes(received)} |`);
  if (!values.names) return;
  for (const [name, { names }] of seen) {
    console.log(`\n${name}`);
    for (const [request, { count, received }] of [...names].filter(([, one]) => one.count >= 0.05).sort((a, b) => b[1].count - a[1].count)) console.log(`  ${count.toFixed(1).padStart(7)}  ${bytes(received).padStart(8)}  ${request}`);
  }
}
function bytes(count) {
  return count < 1_000 ? `${Math.round(count)} B` : `${(count / 1_000).toFixed(1)} KB`;
}

async function post(service, path, body) {
  const response = await cluster.api(service, path, { method: 'POST', body: JSON.stringify(body) }, 'brehm');
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

/** As the page does it: the answer comes in the response of the question. */
async function ask(service, conversation, question) {
  const response = await cluster.api(service, `/api/conversations/${conversation}/messages`, { method: 'POST', body: JSON.stringify({ question }) }, 'brehm');
  if (!response.ok) throw new Error(`ask: ${response.status} ${await response.text()}`);
  for await (const { part } of eventsOf(response)) if (part.type === 'error') throw new Error(`the answer failed: ${part.code}`);
}

async function writeDocuments() {
  await mkdir(join(folder, 'docs'), { recursive: true });
  const words = 'Every clock leaves the works with a card that names its tester, the day of the test and the deviation in seconds. ';
  for (let n = 0; n < DOCUMENTS; n += 1) await writeFile(join(folder, 'docs', `rule-${n}.md`), `# Rule ${n}\n\n${words.repeat(8)}\n\n## Exceptions of rule ${n}\n\n${words.repeat(9)}\n`);
  await writeFile(join(folder, 'access.json'), JSON.stringify({ version: 1, match: 'longest_prefix', paths_relative_to: 'docs', groups: ['all'], prefixes: { '': ['all'] } }));
  await writeFile(join(folder, 'users.json'), JSON.stringify({ implicit_groups: ['all'], users: [{ id: 'brehm', name: 'B', groups: [] }] }));
}
