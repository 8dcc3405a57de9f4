import { afterAll, beforeAll, expect, it } from 'vitest';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { conversations, corpora, people } from '@kontor/db';
import { putAhead } from '@kontor/db/testing';
import { silentLogger } from '@kontor/observability';
import { MemoryTokenStream, type JobState } from '@kontor/queue';
import { openWorld, type World } from '@kontor/testing';
import { OpenAnswersService } from './open-answers.service.js';

const TENANT = 'firm';
const reader = { tenant: TENANT, person: 'ada', principals: ['person:ada'] };
let directory: string;
let world: World;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kontor-open-'));
  world = await openWorld(directory);
  await world.database.worker(TENANT, async (tx) => {
    const corpus = await corpora.createCorpus(tx, 'handbook', { ...corpora.WITHOUT_VECTORS, recipe: {} });
    await people.replaceUsers(tx, corpus.id, { implicit_groups: [], users: [{ id: 'ada', name: 'Ada', groups: [] }] });
  });
});
afterAll(async () => {
  await world.end();
  await rm(directory, { recursive: true, force: true });
});

const portsOf = (stream: MemoryTokenStream, state: JobState) => ({ tenant: TENANT, database: world.database, stream, queue: { state: () => Promise.resolve(state) }, chatModel: () => null, embedder: () => null, firstWordMs: 1, answerTokensMax: 1, logger: silentLogger });

/** An answer that stands open while its job is in this state, after a look. */
async function lookAt(state: JobState) {
  const stream = new MemoryTokenStream();
  const answerId = await world.database.person(reader, async (tx) => {
    const { id } = await conversations.createConversation(tx, null);
    return (await conversations.addExchange(tx, { conversationId: id, question: 'How many days?', language: 'en', sources: [] })).answerId;
  });
  await stream.append(answerId, { type: 'start', messageId: answerId });
  const service = new OpenAnswersService(portsOf(stream, state));
  await service.look();
  const before = await world.database.person(reader, (tx) => conversations.readMessage(tx, answerId));
  await service.look(0);
  const after = await world.database.person(reader, (tx) => conversations.readMessage(tx, answerId));
  const parts: unknown[] = [];
  if (after?.status === 'failed') for await (const { part } of stream.read(answerId, 0, AbortSignal.timeout(1_000))) parts.push(part);
  return { before: before?.status, after: after?.status, parts };
}

it('ends an answer that no job will write, and tells whoever waits; not before the question can have been queued', async () => {
  for (const state of ['absent', 'failed'] as const) {
    const { before, after, parts } = await lookAt(state);
    expect([before, after]).toEqual(['queued', 'failed']);
    expect(parts.at(-1)).toMatchObject({ type: 'error', code: 'answer.lost' });
  }
});

it('leaves alone what waits or is being written', async () => {
  for (const state of ['waiting', 'active'] as const) expect(await lookAt(state)).toMatchObject({ after: 'queued' });
});

it('ends one whose time is still to come, because the clock was set back, once it is in no queue twice', async () => {
  const answerId = await world.database.person(reader, async (tx) => {
    const { id } = await conversations.createConversation(tx, null);
    const first = await conversations.addExchange(tx, { conversationId: id, question: 'How many days?', language: 'en', sources: [] });
    await conversations.endWithoutText(tx, first.answerId, 'stopped');
    await putAhead(tx, first.answerId);
    return (await conversations.addExchange(tx, { conversationId: id, question: 'And keys?', language: 'en', sources: [] })).answerId;
  });
  const status = async () => (await world.database.person(reader, (tx) => conversations.readMessage(tx, answerId)))?.status;
  const service = new OpenAnswersService(portsOf(new MemoryTokenStream(), 'absent'));
  await service.look();
  expect(await status()).toBe('queued');
  await service.look();
  expect(await status()).toBe('failed');
});
