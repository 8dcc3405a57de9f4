import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startScriptedChat } from '@kontor/models/testing';
import { reasonToSkip } from '@kontor/services';
import { startCluster } from '../cluster/cluster.mjs';
import { eventsOf } from '../cluster/events.mjs';
import { until } from './kontor.mjs';

const sample = (name) => fileURLToPath(new URL(`../../samples/${name}`, import.meta.url));
const WRITERS = 3;
/** Within this much of its worker's death a person is told that their answer failed. */
const TOLD_MS_MAX = 12_000;
const BUSY_MS = 4_000;
const THOUGHT_DEAD_MS = 11_000;

/** Long enough to be stopped in the middle of it; some of it stands in the samples. */
const ANSWER = 'Konnten Sie wegen Krankheit keinen Urlaub nehmen, verlängert sich die Frist um zwölf Monate, und zusätzliche Urlaubstage können Sie bis zu fünf im Jahr gegen Entgelt dazukaufen.';

const missing = (await Promise.all(['postgres', 'redis', 's3'].map(reasonToSkip))).find((reason) => reason !== null);
let home;
let cluster;
/** Workers that write one answer at a time, each with a model of its own, so that it is seen who writes which. */
const writers = [];
beforeAll(async () => {
  if (missing) return;
  home = await mkdtemp(join(tmpdir(), 'kontor-killed-'));
  cluster = await startCluster({ instances: { 'inference-worker': 0 }, env: { KONTOR_HOME: home, KONTOR_MODEL_SOURCES: 'local', KONTOR_CHAT_MODEL: 'scripted', KONTOR_CHAT_PARALLEL: '1' } });
  for (let i = 0; i < WRITERS; i += 1) {
    const chat = await startScriptedChat({ firstTokenMs: 2_000, tokensPerSecond: 8, parallelMax: 1, answer: ANSWER });
    writers.push({ chat, service: await cluster.start('inference-worker', { KONTOR_CHAT_URL: chat.url }) });
  }
  await cluster.importFolder({ directory: sample('docs'), corpus: 'samples', accessFile: sample('access.json'), usersFile: sample('users.json') });
});
afterAll(async () => {
  await cluster?.stop();
  for (const { chat } of writers) await chat.close();
  if (home) await rm(home, { recursive: true, force: true });
});

const api = (path, init) => cluster.api(cluster.services['chat-api'][0], path, init, 'brehm');

/** A question whose answer arrives in `parts`, and the worker that writes it. */
async function ask() {
  const before = writers.map(({ chat }) => chat.running);
  const { id } = await (await api('/api/conversations', { method: 'POST', body: JSON.stringify({ corpus: 'samples' }) })).json();
  const response = await api(`/api/conversations/${id}/messages`, { method: 'POST', body: JSON.stringify({ question: 'Wie viele Urlaubstage habe ich bei einer Viertagewoche?' }) });
  const asked = { parts: [], ids: [], writer: undefined, ended: undefined };
  asked.ended = (async () => {
    for await (const { id: seq, part } of eventsOf(response)) {
      asked.ids.push(seq);
      asked.parts.push(part);
    }
  })();
  await until(() => (asked.writer = writers.find(({ chat }, index) => chat.running > before[index])), TOLD_MS_MAX, () => new Error('nobody writes the answer'));
  asked.stored = async () => (await (await api(`/api/conversations/${id}`)).json()).messages.at(-1);
  return asked;
}
const has = (asked, type) => until(() => asked.parts.some((part) => part.type === type), TOLD_MS_MAX, () => new Error(`there is no ${type}`));
/** What the reader has before their eyes. */
const textOf = ({ parts }) => parts.reduce((text, part) => (part.type === 'data-replace' ? part.data.text : text + (part.type === 'text-delta' ? part.delta : '')), '');

/** That an answer was written to its end, once, as though nothing had been. */
async function expectWhole(asked) {
  await asked.ended;
  expect(asked.parts.at(-1)).toEqual({ type: 'finish' });
  expect(asked.ids).toEqual(asked.ids.map((_, index) => index + 1));
  expect(asked.parts.filter(({ type }) => type === 'text-start')).toHaveLength(1);
  expect(await asked.stored()).toMatchObject({ status: 'answered', text: textOf(asked) });
}

it.skipIf(missing)('lets another worker write the answer of one that is killed, or not heard of for long, before the first word', async () => {
  const [killed, cutOff] = [await ask(), await ask()];
  expect(killed.writer).not.toBe(cutOff.writer);
  cutOff.writer.service.child.kill('SIGSTOP');
  await killed.writer.service.end('SIGKILL');
  expect([textOf(killed), textOf(cutOff)]).toEqual(['', '']);
  await Promise.all([pause(THOUGHT_DEAD_MS), killed.writer.service.restart()]);
  cutOff.writer.service.child.kill('SIGCONT');
  await expectWhole(killed);
  await expectWhole(cutOff);
});

it.skipIf(missing)('tells soon that half an answer stays half where its worker is killed, and loses none whose worker is busy for some seconds', async () => {
  const killed = await ask();
  await has(killed, 'text-delta');
  await killed.writer.service.end('SIGKILL');
  const killedMs = performance.now();
  const busy = await ask();
  await has(busy, 'text-delta');
  busy.writer.service.child.kill('SIGSTOP');
  await pause(BUSY_MS);
  busy.writer.service.child.kill('SIGCONT');
  await killed.ended;
  expect(performance.now() - killedMs).toBeLessThan(TOLD_MS_MAX);
  expect(killed.parts.at(-1)).toMatchObject({ type: 'error', code: 'job.stalled' });
  expect(await killed.stored()).toMatchObject({ status: 'failed' });
  await expectWhole(busy);
});

it.skipIf(missing)('writes an answer to its end while Redis is killed and away for some seconds', async () => {
  const asked = await ask();
  await has(asked, 'text-delta');
  await cluster.servers.redis.kill();
  await pause(BUSY_MS);
  await cluster.servers.redis.restart();
  await expectWhole(asked);
});
