import { afterAll, beforeAll, expect, it } from 'vitest';
import type { JobData, StreamPart } from '@kontor/contracts';
import { conversations, people } from '@kontor/db';
import { makeCorpus, makeDocument, sourceOf } from '@kontor/db/testing';
import { ScriptedChatModel, type ScriptedChatOptions } from '@kontor/models/testing';
import { silentLogger } from '@kontor/observability';
import { MemoryTokenStream, type Workers } from '@kontor/queue';
import { openWorld, type World } from '@kontor/testing';
import { AnswerHandler } from './answer.handler.js';

const TENANT = 'firm';
const ADA = { tenant: TENANT, person: 'ada', principals: ['person:ada'] };
const ANSWER = 'Every employee has thirty days of leave.';
const DRAIN_MS = 50;

let world: World;
let source: ReturnType<typeof sourceOf>;
beforeAll(async () => {
  world = await openWorld();
  await world.database.worker(TENANT, async (tx) => {
    const corpus = await makeCorpus(tx);
    await people.replaceUsers(tx, corpus.id, { implicit_groups: [], users: [{ id: 'ada', name: 'Ada', groups: [] }] });
    source = sourceOf(await makeDocument(tx, corpus.id, { readers: ['person:ada'] }));
  });
});
afterAll(() => world.close());

const stream = new MemoryTokenStream();

/** What writes answers in a process whose model speaks at this pace. */
function writer(pace: ScriptedChatOptions, into = stream): AnswerHandler {
  const model = new ScriptedChatModel({ answer: () => ANSWER, choose: () => [0.95, 0.05], ...pace });
  return new AnswerHandler({ tenant: TENANT, database: world.database, stream: into, queue: world.queue, chatModel: () => model, embedder: () => null, firstWordMs: 12_000, answerTokensMax: 100, logger: silentLogger });
}

async function work(pace: ScriptedChatOptions): Promise<Workers> {
  const handler = writer(pace);
  return world.queue.startWorkers([{ job: 'answer.generate', run: (data, context) => handler.run(data, context), failed: (data, error) => handler.failed(data, error) }], { queues: ['inference'] });
}

interface Asked {
  job: JobData<'answer.generate'>;
  parts: StreamPart[];
  ended: Promise<void>;
  status(): Promise<string | undefined>;
}

async function ask(): Promise<Asked> {
  const asked = await open();
  await world.queue.enqueue('answer.generate', asked.job, { id: `answer-${asked.job.messageId}` });
  return asked;
}

/** A question that somebody reads along with, in no queue. */
async function open(): Promise<Asked> {
  const answerId = await world.database.person(ADA, async (tx) => {
    const { id } = await conversations.createConversation(tx, null);
    return (await conversations.addExchange(tx, { conversationId: id, question: 'How many days of leave does an employee have?', language: 'en', sources: [source] })).answerId;
  });
  const parts: StreamPart[] = [];
  await stream.append(answerId, { type: 'start', messageId: answerId });
  const ended = (async () => {
    for await (const { part } of stream.read(answerId, 0, AbortSignal.timeout(30_000))) parts.push(part as StreamPart);
  })();
  return { job: { tenant: TENANT, person: ADA.person, messageId: answerId, evidence: { lexical: 1.3 } }, parts, ended, status: async () => (await world.database.person(ADA, (tx) => conversations.readMessage(tx, answerId)))?.status };
}
const has = (parts: readonly StreamPart[], type: StreamPart['type']) => expect.poll(() => parts.some((part) => part.type === type), { timeout: 10_000 }).toBe(true);

it('leaves an answer to the next process where its own ends before a word of it was seen, and tells the reader to wait', async () => {
  const first = await work({ firstTokenMs: 60_000 });
  const { parts, ended, status } = await ask();
  await expect.poll(status, { timeout: 10_000 }).toBe('running');
  await first.close(DRAIN_MS);
  expect(await status()).toBe('queued');
  await expect.poll(() => parts.at(-1)).toEqual({ type: 'data-queue', data: { position: 1, estimateMs: null } });
  const second = await work({});
  await ended;
  expect(parts.filter(({ type }) => type === 'data-queue')).toMatchObject([{ data: { position: 0 } }, { data: { position: 1 } }, { data: { position: 0 } }]);
  expect(parts.at(-1)).toEqual({ type: 'finish' });
  expect(await status()).toBe('answered');
  await second.close();
});

it('tells the reader that it failed where some of it was seen: nobody is shown another answer instead', async () => {
  const workers = await work({ tokenMs: 500 });
  const { parts, ended, status } = await ask();
  await has(parts, 'text-delta');
  await workers.close(DRAIN_MS);
  await ended;
  expect(parts.at(-1)).toMatchObject({ type: 'error', code: 'job.interrupted' });
  expect(await status()).toBe('failed');
});

const signal = new AbortController().signal;
/** As the queue runs it for the first time, and as it does after a worker died under it. */
const [first, again] = [{ signal, begunBefore: 0 }, { signal, begunBefore: 1 }];

it('lets another worker write what a dead one had begun, and the dead one nothing more should it come back', async () => {
  const { job, parts, ended, status } = await open();
  const slow = writer({ firstTokenMs: 1_500 });
  const stalled = expect(slow.run(job, first)).rejects.toMatchObject({ code: 'stream.overtaken' });
  await expect.poll(status).toBe('running');
  expect(await slow.abandons(job)).toBeNull();
  await has(parts, 'data-queue');
  const second = writer({ tokenMs: 400 }).run(job, again);
  await stalled;
  await second;
  await ended;
  expect(await status()).toBe('answered');
  expect(parts.filter(({ type }) => type === 'text-start')).toHaveLength(1);
  const { text } = (await world.database.person(ADA, (tx) => conversations.readMessage(tx, job.messageId)))!;
  expect(parts.flatMap((part) => (part.type === 'text-delta' ? [part.delta] : [])).join('')).toBe(text);
  expect(text?.startsWith(ANSWER)).toBe(true);
  expect(parts.at(-1)).toEqual({ type: 'finish' });
});

it('leaves half an answer half where its worker died, and says so though no other one is free', async () => {
  const { job, parts } = await open();
  const dead = writer({ tokenMs: 2_000 });
  const end = new AbortController();
  const ended = dead.run(job, { ...first, signal: end.signal }).catch(() => undefined);
  await has(parts, 'text-delta');
  const before = parts.length;
  expect(await dead.abandons(job)).toMatchObject({ code: 'job.stalled' });
  await expect(writer({}).run(job, again)).rejects.toMatchObject({ code: 'job.stalled' });
  expect(parts).toHaveLength(before);
  end.abort(new Error('the end of the test'));
  await ended;
});

it('writes what was handed over though the stream of the process that ended is gone, but nothing of which nobody knows what was seen', async () => {
  const [handedOver, unknown] = [await open(), await open()];
  await writer({}, new MemoryTokenStream()).run(handedOver.job, again);
  expect(await handedOver.status()).toBe('answered');
  await world.database.person(ADA, (tx) => conversations.markRunning(tx, unknown.job.messageId));
  await expect(writer({}, new MemoryTokenStream()).run(unknown.job, again)).rejects.toMatchObject({ code: 'job.stalled' });
});
