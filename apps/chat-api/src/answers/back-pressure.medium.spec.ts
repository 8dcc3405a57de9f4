import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type RedisServer as Server, reasonToSkip, startRedis } from '@kontor/services';
import { jobs, type Conversation, type Jobs, type Problem } from '@kontor/contracts';
import { conversations } from '@kontor/db';
import { putAhead } from '@kontor/db/testing';
import { startHttp, type Caller, type RunningHttp } from '@kontor/http';
import { createJobQueue, openRedis, RedisTokenStream, type JobQueue } from '@kontor/queue';
import { openWorld, type World } from '@kontor/testing';
import { ChatApiModule } from '../chat-api.module.js';
import type { ChatApiPorts } from '../ports.js';

const missing = await reasonToSkip('redis');
const WAITING_MAX = 2;
const ADA: Caller = { tenant: 'firm', person: 'ada', principals: ['person:ada'], administrator: false };
const table: Jobs = { ...jobs, 'answer.generate': { ...jobs['answer.generate'], waitingMax: WAITING_MAX } };

// The chat API as a service runs it: over Redis, and with no worker in this process.
describe.skipIf(missing)('a queue that is full, or away', () => {
  let server: Server;
  let world: World;
  let queue: JobQueue<Jobs>;
  let stream: RedisTokenStream;
  let http: RunningHttp;
  let close: () => Promise<void>;
  beforeAll(async () => {
    [server, world] = [await startRedis(), await openWorld()];
    const redis = await openRedis({ url: server.url, waitMs: 1_000 });
    queue = await createJobQueue(table, { backend: 'redis', redis });
    stream = new RedisTokenStream(redis);
    const ports: ChatApiPorts = { tenant: 'firm', database: world.database, blobs: world.blobs, queue, stream, embedder: () => null, capabilities: () => Promise.resolve([]), answerSlots: () => Promise.resolve(1), demo: false, sessions: { issue: () => '' } };
    http = await startHttp(ChatApiModule.with(ports), { host: '127.0.0.1', port: 0, bodyBytesMax: 100_000, signIn: { identify: () => Promise.resolve(ADA) } });
    close = async () => {
      await http.close();
      await stream.close();
      await queue.close();
      await redis.close();
      await world.close();
      await server.stop();
    };
  });
  afterAll(() => close());

  const send = (path: string, body?: unknown) => fetch(http.url + path, body === undefined ? {} : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const begin = async (): Promise<string> => ((await (await send('/api/conversations', {})).json()) as Conversation).id;
  const ask = (conversation: string) => send(`/api/conversations/${conversation}/messages`, { question: 'How many days of leave are there?' });
  const messages = async (conversation: string) => ((await (await send(`/api/conversations/${conversation}`)).json()) as { messages: { id: string; role: string; status: string }[] }).messages;
  /** Asks, reads the first event and leaves. */
  async function askAndLeave(): Promise<void> {
    const response = await ask(await begin());
    expect(response.status).toBe(200);
    await response.body!.cancel();
  }

  it('sends the next one away with the place and a time, and stores nothing of the question', async () => {
    for (let asked = 0; asked < WAITING_MAX; asked += 1) await askAndLeave();
    const conversation = await begin();
    const refused = await ask(conversation);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('30');
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    expect((await refused.json()) as Problem).toMatchObject({ code: 'queue.full', status: 429, details: { position: WAITING_MAX, estimateMs: null, retryAfterSeconds: 30 } });
    expect(await messages(conversation)).toEqual([]);
    expect(await queue.counts('answer.generate')).toEqual({ waiting: WAITING_MAX, active: 0, failed: 0 });
    // A worker took one: there is room again.
    const worker = await queue.startWorkers([{ job: 'answer.generate', run: () => Promise.resolve() }], { queues: ['inference'] });
    await expect.poll(async () => (await queue.counts('answer.generate')).waiting).toBe(0);
    await worker.close();
    const taken = await ask(conversation);
    expect(taken.status).toBe(200);
    await taken.body!.cancel();
    expect((await messages(conversation)).map(({ role, status }) => [role, status])).toEqual([['user', 'answered'], ['assistant', 'queued']]);
  });

  it('gives a question its place by the clock of the database, whatever that of its instance says', async () => {
    const priorities: (number | undefined)[] = [];
    const { enqueue } = queue;
    queue.enqueue = (_name, _data, { priority }) => Promise.resolve(void priorities.push(priority));
    for (const jumpMs of [0, 86_400_000, -86_400_000]) {
      const now = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + jumpMs);
      await (await ask(await begin()).finally(() => now.mockRestore())).body!.cancel();
    }
    queue.enqueue = enqueue;
    expect(Math.max(...priorities.map(Number)) - Math.min(...priorities.map(Number))).toBeLessThan(60);
  });

  it('answers at once that the queue is away, and stores nothing either', async () => {
    const conversation = await begin();
    await server.kill();
    const startedMs = performance.now();
    const refused = await ask(conversation);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('5');
    expect((await refused.json()) as Problem).toMatchObject({ code: 'queue.unreachable' });
    expect(performance.now() - startedMs).toBeLessThan(4_000);
    expect(await messages(conversation)).toEqual([]);
    await server.restart();
    await expect.poll(async () => queue.health().then(() => 'well', () => 'away'), { timeout: 10_000 }).toBe('well');
  });

  it('shows a question as failed when the queue goes away after it was stored', async () => {
    const conversation = await begin();
    const { enqueue } = queue;
    queue.enqueue = async (...job) => {
      await server.kill();
      return enqueue.apply(queue, job);
    };
    const refused = await ask(conversation);
    queue.enqueue = enqueue;
    await server.restart();
    expect([refused.status, ((await refused.json()) as Problem).code]).toEqual([503, 'queue.unreachable']);
    expect((await messages(conversation)).map(({ role, status }) => [role, status])).toEqual([['user', 'answered'], ['assistant', 'failed']]);
  });

  it('reads an answer from the database whose stream holds what no Kontor wrote, and says so while it is open', async () => {
    const conversation = await begin();
    await (await ask(conversation)).body!.cancel();
    const answerId = (await messages(conversation))[1]!.id;
    const garbage = [42, null, { no: 'type' }];
    for (const part of garbage) await stream.append(answerId, part);
    const read = async () => (await send(`/api/answers/${answerId}/stream`)).text();
    expect(await read()).toContain('"code":"stream.garbage"');
    await world.database.person(ADA, (tx) => conversations.finishAnswer(tx, answerId, { text: 'Thirty.', status: 'answered', model: 'm', claims: 0, supported: 0, citations: [] }));
    expect(await read()).toContain('"delta":"Thirty."');
    await queue.withdraw('answer.generate', `answer-${answerId}`);
  });

  it('tells a reader that an answer is lost which no queue holds any more', async () => {
    const conversation = await begin();
    await (await ask(conversation)).body!.cancel();
    const answerId = (await messages(conversation))[1]!.id;
    expect(await queue.withdraw('answer.generate', `answer-${answerId}`)).toBe(true);
    // A clock of this process that jumps ends nothing: the age of an answer is the database's word.
    const now = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 86_400_000);
    const early = await send(`/api/answers/${answerId}/stream`).finally(() => now.mockRestore());
    await early.body!.cancel();
    expect((await messages(conversation))[1]!.status).toBe('queued');
    await world.database.person(ADA, (tx) => putAhead(tx, answerId));
    const events = await (await send(`/api/answers/${answerId}/stream`)).text();
    expect(events).toContain('"code":"answer.lost"');
    expect((await messages(conversation))[1]!.status).toBe('failed');
  });
});
