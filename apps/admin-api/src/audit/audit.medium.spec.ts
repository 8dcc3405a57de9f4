import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AuditEntry, KontorEvent, UsageDay } from '@kontor/contracts';
import { outbox } from '@kontor/db';
import { InProcessEventBus, startOutboxRelay, type OutboxRelay } from '@kontor/events';
import { startHttp, type RunningHttp } from '@kontor/http';
import { AppError, newId } from '@kontor/kernel';
import { openWorld, type World } from '@kontor/testing';
import { AdminApiModule } from '../admin-api.module.js';
import type { AdminApiPorts } from '../ports.js';

const TENANT = 'firm';
let world: World;
let bus: InProcessEventBus;
let relay: OutboxRelay;
let http: RunningHttp;
let canRecord = true;
const done: string[] = [];
const heard: KontorEvent[] = [];

const run = async (what: string): Promise<{ runId: string }> => {
  done.push(what);
  return Promise.resolve({ runId: newId() });
};
const absent = (): Promise<never> => Promise.reject(new AppError('import.unknown', { status: 404 }));

function ports(): AdminApiPorts {
  const { database, logger } = world;
  return {
    tenant: TENANT, events: bus, queue: world.queue, logger, checks: () => Promise.resolve([]),
    database: { worker: (tenant, work) => (canRecord ? database.worker(tenant, work) : Promise.reject(new AppError('store.unreachable', { status: 503, retry: 'later' }))) },
    imports: { start: ({ corpus }) => (corpus === 'absent' ? absent() : run(`start ${corpus}`)), progress: absent, latest: () => Promise.resolve([]), upload: (corpus) => run(`upload ${corpus}`) },
    models: { list: () => Promise.resolve([]), pull: (name) => run(`pull ${name}`).then(() => undefined), verify: (name) => run(`verify ${name}`).then(() => undefined), use: (name) => run(`use ${name}`).then(() => 'chat' as const) },
  };
}

beforeAll(async () => {
  world = await openWorld();
  bus = new InProcessEventBus();
  bus.subscribe('model.changed', (event) => Promise.resolve(void heard.push(event)), { consumer: 'spec' });
  const module = AdminApiModule.with({ useFactory: () => ports() });
  const signIn = { identify: () => Promise.resolve({ tenant: TENANT, person: 'ada', principals: [], administrator: true }) };
  http = await startHttp(module, { host: '127.0.0.1', port: 0, bodyBytesMax: 10_000, signIn });
  const inTenant: typeof world.database.worker = (_tenant, work) => world.database.worker(TENANT, work);
  relay = startOutboxRelay({
    waiting: (limit) => inTenant(TENANT, (tx) => outbox.waitingEvents(tx, limit)),
    markPublished: (ids) => inTenant(TENANT, (tx) => outbox.markPublished(tx, ids)),
    removePublished: () => Promise.resolve(),
  }, bus, { intervalMs: 50 });
}, 120_000);
afterAll(async () => {
  await relay.close();
  await http.close();
  await world.close();
}, 60_000);

const post = (path: string, body?: object): Promise<Response> =>
  fetch(`${http.url}/api/admin/${path}`, { method: 'POST', ...(body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}) });
const entries = async (): Promise<AuditEntry[]> => (await fetch(`${http.url}/api/admin/audit`)).json() as Promise<AuditEntry[]>;
const usage = async (): Promise<UsageDay[]> => (await fetch(`${http.url}/api/admin/usage`)).json() as Promise<UsageDay[]>;

it('keeps who did what to what, and how it ended, of everything that administrators change', async () => {
  const form = new FormData();
  form.append('file', new Blob(['text']), 'a.md');
  const sent = [await post('models/qwen/verify'), await post('models/qwen/pull'), await post('models/qwen/use'), await post('imports', { directory: '/documents', corpus: 'handbook' }), await post('imports', { directory: '/documents', corpus: 'absent' })];
  sent.push(await fetch(`${http.url}/api/admin/uploads?corpus=handbook`, { method: 'POST', body: form }));
  expect(sent.map(({ status }) => status)).toEqual([204, 204, 204, 202, 404, 202]);
  const told = ({ actor, action, target, outcome, code }: AuditEntry) => [actor, action, target, outcome, code];
  await expect.poll(async () => (await entries()).map(told).sort(), { timeout: 20_000 }).toEqual([
    ['ada', 'import.start', 'absent', 'failed', 'import.unknown'],
    ['ada', 'import.start', 'handbook', 'done', null],
    ['ada', 'import.upload', 'handbook', 'done', null],
    ['ada', 'model.pull', 'qwen', 'done', null],
    ['ada', 'model.use', 'qwen', 'done', null],
    ['ada', 'model.verify', 'qwen', 'done', null],
  ]);
  expect(heard).toMatchObject([{ aggregate: 'chat', payload: { kind: 'chat', model: 'qwen' } }]);
});

it('does nothing that it cannot record', async () => {
  const before = done.length;
  canRecord = false;
  expect((await post('models/qwen/use')).status).toBe(503);
  canRecord = true;
  expect(done.length).toBe(before);
});

it('counts a question once, though it comes again to a process that does not remember it', async () => {
  const event: KontorEvent<'question.asked'> = { id: newId(), tenant: TENANT, aggregate: 'c', type: 'question.asked', payload: { messageId: 'm', conversationId: 'c' }, createdAt: '2026-03-01T10:00:00.000Z' };
  const answer: KontorEvent<'answer.finished'> = { ...event, id: newId(), type: 'answer.finished', payload: { messageId: 'm', status: 'abstained', model: 'qwen' } };
  const helped: KontorEvent<'feedback.given'> = { ...event, id: newId(), type: 'feedback.given', payload: { messageId: 'm', verdict: 'helpful', before: null, reason: null, askedAt: event.createdAt }, createdAt: '2026-03-04T10:00:00.000Z' };
  const misled: typeof helped = { ...helped, id: newId(), payload: { ...helped.payload, verdict: 'unhelpful', before: 'helpful', reason: 'wrong' } };
  for (const one of [event, event, answer, helped, misled, misled]) await bus.publish(one);
  // What a second process of the service does with the same events.
  const second = new InProcessEventBus();
  const other = await startHttp(AdminApiModule.with({ useFactory: () => ({ ...ports(), events: second }) }), { host: '127.0.0.1', port: 0, bodyBytesMax: 10_000 });
  for (const one of [event, answer]) await second.publish(one);
  await other.close();
  expect(await usage()).toEqual([{ day: '2026-03-01', questions: 1, answered: 0, abstained: 1, stopped: 0, failed: 0, helpful: 0, unhelpful: 1 }]);
});
