import { afterAll, beforeAll, expect, it } from 'vitest';
import type { StreamPart } from '@kontor/contracts';
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

/** The worker of a process whose model speaks at this pace. */
async function work(pace: ScriptedChatOptions): Promise<Workers> {
  const model = new ScriptedChatModel({ answer: () => ANSWER, choose: () => [0.95, 0.05], ...pace });
  const handler = new AnswerHandler({ tenant: TENANT, database: world.database, stream, queue: world.queue, chatModel: () => model, embedder: () => null, firstWordMs: 12_000, answerTokensMax: 100, logger: silentLogger });
  return world.queue.startWorkers([{ job: 'answer.generate', run: (data, context) => handler.run(data, context), failed: (data, error) => handler.failed(data, error) }], { queues: ['inference'] });
}

async function ask(): Promise<{ answerId: string; parts: StreamPart[]; ended: Promise<void>; status(): Promise<string | undefined> }> {
  const answerId = await world.database.person(ADA, async (tx) => {
    const { id } = await conversations.createConversation(tx, null);
    return (await conversations.addExchange(tx, { conversationId: id, question: 'How many days of leave does an employee have?', language: 'en', sources: [source] })).answerId;
  });
  const parts: StreamPart[] = [];
  await stream.append(answerId, { type: 'start', messageId: answerId });
  const ended = (async () => {
    for await (const { part } of stream.read(answerId, 0, AbortSignal.timeout(30_000))) parts.push(part as StreamPart);
  })();
  await world.queue.enqueue('answer.generate', { ...ADA, messageId: answerId, evidence: { lexical: 1.3 } }, { id: `answer-${answerId}` });
  return { answerId, parts, ended, status: async () => (await world.database.person(ADA, (tx) => conversations.readMessage(tx, answerId)))?.status };
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
