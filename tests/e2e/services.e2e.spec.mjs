import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTraceReceiver } from '@kontor/observability/testing';
import { reasonToSkip } from '@kontor/services';
import { startCluster } from '../cluster/cluster.mjs';
import { kontorCommand, readEvents, until } from './kontor.mjs';

const sample = (name) => fileURLToPath(new URL(`../../samples/${name}`, import.meta.url));
const IMPORT_MS_MAX = 400_000;
const SECRET_QUESTION = 'Where will production move, and when?';

const missing = (await Promise.all(['postgres', 'redis', 's3'].map(reasonToSkip))).find((reason) => reason !== null);
let cluster;
let traces;
beforeAll(async () => {
  if (missing) return;
  traces = await startTraceReceiver();
  cluster = await startCluster({ instances: { 'chat-api': 2 }, env: { KONTOR_CHAT_MODEL: 'qwen2.5-coder-0.5b-instruct', KONTOR_TRACES_URL: traces.url } });
  await cluster.importFolder({ directory: sample('docs'), corpus: 'samples', accessFile: sample('access.json'), usersFile: sample('users.json'), lexiconFile: sample('lexicon.json') });
});
afterAll(async () => {
  await cluster?.stop();
  await traces?.close();
});

const admin = (path, init) => cluster.api(cluster.services['admin-api'][0], path, init);
const latest = async () => (await (await admin('/api/admin/imports')).json())[0];
const chat = (index, person, path, init) => cluster.api(cluster.services['chat-api'][index], path, init, person);
const search = async (index, person, question) => (await chat(index, person, '/api/search', { method: 'POST', body: JSON.stringify({ question, corpus: 'samples' }) })).json();

async function ask(index, person, question, headers = {}) {
  const conversation = await (await chat(index, person, '/api/conversations', { method: 'POST', body: JSON.stringify({ corpus: 'samples' }) })).json();
  return { conversation, response: await chat(index, person, `/api/conversations/${conversation.id}/messages`, { method: 'POST', headers, body: JSON.stringify({ question }) }) };
}

it.skipIf(missing)('brings documents in through another process, each with a vector, and lists nothing as failed', async () => {
  expect(await latest()).toMatchObject({ failed: 0, failures: [] });
  const { chunks, embedded } = await latest();
  expect(embedded).toBe(chunks);
});

it.skipIf(missing)('keeps to the rights of each person on every instance', async () => {
  for (const index of [0, 1]) {
    const [may, mayNot] = [await search(index, 'amsel', SECRET_QUESTION), await search(index, 'carvalho', SECRET_QUESTION)];
    const confidential = may.hits.filter((hit) => !mayNot.hits.some((other) => other.documentId === hit.documentId));
    expect(confidential.length).toBeGreaterThan(0);
    expect(JSON.stringify(mayNot)).not.toContain(confidential[0].title);
  }
});

it.skipIf(missing)('goes on at another instance, without a gap and without a repetition, with the answer that a third process writes', async () => {
  const { response } = await ask(0, 'brehm', 'Wie viele Urlaubstage habe ich?');
  const first = await readEvents(response, (events) => events.length >= 3);
  const answerId = first.find(({ part }) => part.type === 'start').part.messageId;
  const rest = await readEvents(await chat(1, 'brehm', `/api/answers/${answerId}/stream`, { headers: { 'last-event-id': String(first.at(-1).id) } }));
  const ids = [...first, ...rest].map(({ id }) => id);
  expect(ids).toEqual(Array.from({ length: ids.length }, (_, index) => index + 1));
  expect(rest.at(-1).part.type).toBe('finish');
});

it.skipIf(missing)('shows a question as one trace from the browser through the queue and the worker to the database, and none of its words', async () => {
  const [traceId, browser] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7'];
  const { response } = await ask(0, 'brehm', 'Wie viele Urlaubstage habe ich?', { traceparent: `00-${traceId}-${browser}-00` });
  await readEvents(response);
  const request = await traces.until((spans) => spans.find((span) => span.parentSpanId === browser));
  // A worker hands its spans over when its job has ended, some time after the browser has heard the end.
  await traces.until((spans) => spans.find((span) => span.traceId === traceId && span.name === 'process inference'));
  const own = traces.spans.filter((span) => span.traceId === traceId);
  const below = (parent, name) => own.find((span) => span.parentSpanId === parent.spanId && span.name.startsWith(name)) ?? expect.fail(`${parent.name} has no ${name}; there is ${own.map((span) => span.name).join(', ')}`);
  expect(request).toMatchObject({ service: 'chat-api', traceId, name: 'POST /api/conversations/:id/messages', kind: 2, attributes: { 'http.response.status_code': 200 } });
  const search = below(request, 'search all');
  below(below(search, 'search embed'), 'embeddings');
  const found = below(search, 'transaction person');
  for (const leg of ['lexical', 'dense']) below(found, `search ${leg}`);
  const job = below(below(request, 'send inference'), 'process inference');
  expect(job).toMatchObject({ service: 'inference-worker', kind: 5, attributes: { 'kontor.job.name': 'answer.generate', 'kontor.job.outcome': 'done' } });
  const answer = below(job, 'answer');
  for (const phase of ['read prompt', 'write']) below(below(answer, 'chat qwen2.5-coder-0.5b-instruct'), phase);
  below(answer, 'verify sentence');
  expect(below(answer, 'transaction person')).toMatchObject({ service: 'inference-worker', attributes: { 'db.system.name': 'postgresql' } });
  expect(traces.spans.some((span) => span.name === 'process ingestion' && span.links.length === 1)).toBe(true);
  expect(traces.bodies.join()).not.toMatch(/Urlaub|vacation|brehm|\.md/i);
});

it.skipIf(missing)('is evaluated by the command, which keeps what it found for the metrics', async () => {
  const questions = join(cluster.directory, 'questions.jsonl');
  await writeFile(questions, (await readFile(sample('questions.jsonl'), 'utf8')).split('\n').slice(0, 8).join('\n'));
  const reach = { KONTOR_URL: cluster.services['chat-api'][0].url, KONTOR_ADMIN_URL: cluster.services['admin-api'][0].url, KONTOR_OPERATOR_TOKEN: cluster.token };
  const evaluated = async (more = []) => JSON.parse((await kontorCommand(['eval', questions, '--corpus', 'samples', '--json', ...more], reach)).stdout);
  const { search: [answerable], leaks } = await evaluated();
  expect(answerable.recall[10]).toBeGreaterThan(0.5);
  const kept = async () => (await admin('/api/admin/evaluations')).json();
  const before = await kept();
  expect(before).toMatchObject([{ corpus: 'samples', questions: answerable.questions, recall: answerable.recall[10], reciprocalRank: answerable.reciprocalRank, leaks }]);
  await evaluated(['--no-record']);
  expect((await kept())[0].ageMs).toBeGreaterThan(before[0].ageMs);
  expect(await kontorCommand(['eval', questions, '--corpus', 'samples'], { ...reach, KONTOR_OPERATOR_TOKEN: '' })).toMatchObject({ status: 1, stderr: expect.stringContaining('KONTOR_OPERATOR_TOKEN') });
});

it.skipIf(missing)('says on every page what another process can do', async () => {
  const { capabilities } = await (await chat(1, 'brehm', '/api/session')).json();
  expect(capabilities).toMatchObject([{ name: 'chat', ready: true, model: 'qwen2.5-coder-0.5b-instruct' }, { name: 'embedder', ready: true }]);
});

it.skipIf(missing)('shows the queues to an administrator, and nothing at that address to anybody else', async () => {
  const board = (headers) => fetch(`${cluster.services['admin-api'][0].url}/admin/queues/api/queues`, { headers });
  const { queues } = await (await board({ authorization: `Bearer ${cluster.token}` })).json();
  expect(queues.map(({ name }) => name).sort()).toEqual(['embedding', 'imports', 'inference', 'ingestion']);
  for (const headers of [{}, { authorization: 'Bearer wrong' }, { authorization: `Bearer ${cluster.token}`, 'x-kontor-person': 'brehm' }]) {
    expect(await (await board(headers)).json()).toMatchObject({ status: 404, code: 'route.not_found' });
  }
});

it.skipIf(missing)('shows the queues on the command line of another machine, by address and token', async () => {
  const env = { KONTOR_ADMIN_URL: cluster.services['admin-api'][0].url, KONTOR_DATA: join(cluster.directory, 'elsewhere') };
  const listed = await kontorCommand(['jobs', 'list', '--json'], { ...env, KONTOR_OPERATOR_TOKEN: cluster.token });
  expect(listed).toMatchObject({ status: 0, stderr: '' });
  expect(JSON.parse(listed.stdout).map(({ queue }) => queue).sort()).toEqual(['embedding', 'imports', 'inference', 'ingestion']);
  expect(await kontorCommand(['jobs', 'list'], { KONTOR_DATABASE_URL: 'postgres://a:b@127.0.0.1:9/c' })).toMatchObject({ status: 1, stderr: expect.stringContaining('admin.url_missing') });
  expect(await kontorCommand(['jobs', 'list'], env)).toMatchObject({ status: 1, stderr: expect.stringContaining('admin.token_missing') });
  expect(await kontorCommand(['jobs', 'list'], { ...env, KONTOR_ADMIN_URL: 'http://127.0.0.1:9', KONTOR_OPERATOR_TOKEN: cluster.token })).toMatchObject({ status: 1, stderr: expect.stringContaining('kontor.unreachable') });
});

it.skipIf(missing)('takes an upload through to the bucket, and lists a broken file beside the sound one', async () => {
  const form = new FormData();
  form.append('file', new Blob(['# Keys\n\nThe spare key of the bell tower hangs behind the third pendulum.\n']), 'keys.md');
  form.append('file', new Blob(['%PDF-1.7\nbroken']), 'broken.pdf');
  const { runId } = await (await admin('/api/admin/uploads?corpus=samples', { method: 'POST', body: form })).json();
  const run = async () => (await admin(`/api/admin/imports/${runId}`)).json();
  await until(async () => (await run()).state === 'finished', IMPORT_MS_MAX, () => new Error('the upload did not finish'));
  expect(await run()).toMatchObject({ parsed: 1, failed: 1, failures: [{ path: 'uploads/broken.pdf' }] });
});

it.skipIf(missing)('finishes the answer in flight when its worker is told to end, and leaves nothing open', async () => {
  const { response } = await ask(0, 'brehm', 'Wie hoch ist die Reisekostenpauschale?');
  const events = [];
  const reading = readEvents(response, (all) => (events.splice(0, events.length, ...all), false));
  await until(() => events.some(({ part }) => part.type === 'data-queue' && part.data.position === 0), IMPORT_MS_MAX, () => new Error('nobody began the answer'));
  const [worker] = cluster.services['inference-worker'];
  const ended = worker.end('SIGTERM');
  expect((await reading).at(-1).part.type).toBe('finish');
  expect(await ended).toBe(0);
  await worker.restart();
  const { response: next } = await ask(1, 'brehm', 'Wie melde ich mich krank?');
  expect((await readEvents(next)).at(-1).part.type).toBe('finish');
});

it.skipIf(missing)('ends each service in order', async () => {
  for (const service of Object.values(cluster.services).flat()) expect(await service.end(), service.output).toBe(0);
});
