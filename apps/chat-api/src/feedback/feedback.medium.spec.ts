import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ConversationWithMessages, Problem } from '@kontor/contracts';
import { conversations } from '@kontor/db';
import { startHttp, type RunningHttp } from '@kontor/http';
import { newId } from '@kontor/kernel';
import { openWorld, type World } from '@kontor/testing';
import { ChatApiModule } from '../chat-api.module.js';
import type { ChatApiPorts } from '../ports.js';

const scopeOf = (person: string) => ({ tenant: 'firm', person, principals: [`person:${person}`] });

let world: World;
let http: RunningHttp;
let conversationId: string;
let answerId: string;
beforeAll(async () => {
  world = await openWorld();
  const { database, blobs, queue } = world;
  const ports = { tenant: 'firm', database, blobs, queue, embedder: () => null, capabilities: () => Promise.resolve([]), answerSlots: () => Promise.resolve(1), demo: false, sessions: { issue: () => '' } } as unknown as ChatApiPorts;
  const identify = (request: { headers: Record<string, unknown> }) => Promise.resolve({ ...scopeOf(String(request.headers['x-person'])), administrator: false });
  http = await startHttp(ChatApiModule.with(ports), { host: '127.0.0.1', port: 0, bodyBytesMax: 100_000, signIn: { identify } });
  await database.person(scopeOf('ada'), async (tx) => {
    conversationId = (await conversations.createConversation(tx, null)).id;
    ({ answerId } = await conversations.addExchange(tx, { conversationId, question: 'How many days?', language: 'en', sources: [] }));
  });
}, 120_000);
afterAll(async () => {
  await http.close();
  await world.close();
}, 60_000);

const send = (method: string, body?: object, { person = 'ada', id = answerId } = {}): Promise<Response> =>
  fetch(`${http.url}/api/answers/${id}/feedback`, { method, headers: { 'x-person': person, ...(body ? { 'content-type': 'application/json' } : {}) }, ...(body ? { body: JSON.stringify(body) } : {}) });
const problemOf = async (response: Response) => ((({ status, code }) => ({ status, code }))((await response.json()) as Problem));
const kept = async () => ((await (await fetch(`${http.url}/api/conversations/${conversationId}`, { headers: { 'x-person': 'ada' } })).json()) as ConversationWithMessages).messages[1]!.feedback;

it('waits for the end of an answer, and says so', async () => {
  expect(await problemOf(await send('PUT', { verdict: 'helpful' }))).toEqual({ status: 409, code: 'feedback.early' });
  expect(await kept()).toBeNull();
  await world.database.person(scopeOf('ada'), (tx) => conversations.endWithoutText(tx, answerId, 'stopped'));
  expect((await send('PUT', { verdict: 'helpful' })).status).toBe(204);
  expect(await kept()).toEqual({ verdict: 'helpful', reason: null, remark: null, withQuestion: false });
});

it('keeps a remark with its lines and without what hides text from a reader, and none that is empty', async () => {
  await send('PUT', { verdict: 'unhelpful', reason: 'wrong', remark: ' It is\u001b[2J 28.\nAsk\u202e HR. ' });
  expect(await kept()).toMatchObject({ reason: 'wrong', remark: 'It is [2J 28.\nAsk  HR.' });
  await send('PUT', { verdict: 'unhelpful', remark: ' \n ' });
  expect(await kept()).toMatchObject({ verdict: 'unhelpful', reason: null, remark: null });
});

it('refuses what it cannot keep and leaves what was there: a reason why it helped, a word that is none, a remark without end', async () => {
  const before = await kept();
  for (const body of [{ verdict: 'helpful', reason: 'wrong' }, { verdict: 'perhaps' }, {}, { verdict: 'unhelpful', remark: 'x'.repeat(1_001) }]) {
    expect(await problemOf(await send('PUT', body))).toEqual({ status: 400, code: 'request.invalid' });
  }
  expect(await kept()).toEqual(before);
});

it('knows no answers of others, and none that never was', async () => {
  const unknown = { status: 404, code: 'answer.unknown' };
  for (const which of [{ person: 'eve' }, { id: newId() }]) {
    expect(await problemOf(await send('PUT', { verdict: 'helpful' }, which))).toEqual(unknown);
    expect(await problemOf(await send('DELETE', undefined, which))).toEqual(unknown);
  }
});

it('takes back what was said, as often as one likes', async () => {
  for (let i = 0; i < 2; i += 1) expect((await send('DELETE')).status).toBe(204);
  expect(await kept()).toBeNull();
});
