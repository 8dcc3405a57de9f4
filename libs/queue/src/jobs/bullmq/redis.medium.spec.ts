import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type RedisServer as Server, reasonToSkip, startRedis } from '@kontor/services';
import { z } from 'zod';
import { AppError } from '@kontor/kernel';
import { openRedis, type RedisServer } from '../../redis/open-redis.js';
import { describeJobQueue } from '../../testing/job-queue.suite.js';
import { createJobQueue } from '../create-job-queue.js';
import type { JobContext, JobHandler, JobTable } from '../job-queue.js';
import { BullmqJobQueue } from './bullmq-job-queue.js';
import { redisBackend } from './redis-backend.js';

const missing = await reasonToSkip('redis');
let server: Server;
const opened: RedisServer[] = [];
beforeAll(async () => {
  if (!missing) server = await startRedis();
});
afterAll(() => server?.stop());
afterEach(async () => {
  for (const redis of opened.splice(0)) await redis.close();
});

/** The server as a process of its own sees it; each case has keys of its own. */
async function connect(prefix: string, waitMs = 5_000): Promise<RedisServer> {
  const redis = await openRedis({ url: server.url, prefix, waitMs });
  opened.push(redis);
  return redis;
}
const newPrefix = (): string => `spec-${crypto.randomUUID()}`;

describe.skipIf(missing)('with a server', () =>
  describeJobQueue('BullMQ on Redis', () => {
    const prefix = newPrefix();
    return Promise.resolve({ connect: async (table) => createJobQueue(table, { backend: 'redis', redis: await connect(prefix) }), close: () => Promise.resolve() });
  }));

const row = { data: z.object({ n: z.number() }), attempts: 3, timeoutMs: 20_000, backoffMs: 10, concurrency: 1, waitingMax: 1_000 };
const table = { 'file.read': { ...row, queue: 'files', stalledMax: 1 }, 'answer.write': { ...row, queue: 'answers', stalledMax: 0 } } satisfies JobTable;
type Handler = JobHandler<typeof table>;
const quick = () => ({ lastsMs: 500, renewedEveryMs: 100, checkedEveryMs: 200 });

describe.skipIf(missing)('a queue between processes', () => {
  let prefix: string;
  beforeEach(() => (prefix = newPrefix()));
  const queueOf = async (waitMs?: number) => createJobQueue(table, { backend: 'redis', redis: await connect(prefix, waitMs) });

  it('loses no job and runs none twice while Redis is killed and comes back', async () => {
    const [api, worker] = [await queueOf(20_000), await queueOf(20_000)];
    const ran: number[] = [];
    const handlers: Handler[] = [{ job: 'file.read', run: ({ n }) => new Promise((resolve) => setTimeout(() => resolve(void ran.push(n)), 5)) }];
    await worker.startWorkers(handlers, { queues: ['files'] });
    const adding = (async () => {
      for (let n = 0; n < 200; n += 1) {
        await api.enqueue('file.read', { n }, { id: `read-${n}` });
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    })();
    for (let round = 0; round < 2; round += 1) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      await server.kill();
      await new Promise((resolve) => setTimeout(resolve, 300));
      await server.restart();
    }
    await adding;
    await expect.poll(() => new Set(ran).size, { timeout: 20_000 }).toBe(200);
    // A job whose end could not be told may run again, so handlers are idempotent; here at most one a kill.
    expect(ran.length).toBeLessThanOrEqual(202);
    expect(await api.counts('file.read')).toEqual({ waiting: 0, active: 0, failed: 0 });
    await worker.close();
    await api.close();
  });

  it('tells whoever adds a job that the store is away, and does not hang', async () => {
    const api = await queueOf(600);
    await server.kill();
    const startedMs = performance.now();
    const away = { code: 'queue.unreachable', status: 503, retry: 'later' };
    await expect(api.enqueue('file.read', { n: 1 }, { id: 'read-1' })).rejects.toMatchObject(away);
    await expect(api.aheadOf('file.read', 1)).rejects.toMatchObject(away);
    await expect(api.health()).rejects.toMatchObject(away);
    expect(performance.now() - startedMs).toBeLessThan(3_500);
    await server.restart();
    await expect.poll(() => api.health().then(() => 'well', () => 'away'), { timeout: 5_000 }).toBe('well');
    await api.enqueue('file.read', { n: 1 }, { id: 'read-1' });
    expect(await api.state('file.read', 'read-1')).toBe('waiting');
    await api.close();
  });

  it('closes though the store is away', async () => {
    const worker = await queueOf();
    const workers = await worker.startWorkers([{ job: 'file.read', run: () => Promise.resolve() }], { queues: ['files'] });
    await server.kill();
    await workers.close(100);
    await worker.close();
    await server.restart();
  });

  it('takes work of a dead worker up again, and gives a half-written answer up', async () => {
    const redis = await connect(prefix);
    const queue = new BullmqJobQueue(table, { ...redisBackend(redis), lock: quick });
    const never = (): Promise<void> => new Promise(() => undefined);
    const ran: string[] = [];
    const failures: string[] = [];
    const failed = (name: string) => (_data: unknown, error: AppError): Promise<void> => Promise.resolve(void failures.push(`${name} ${error.code}`));
    const doomed = new BullmqJobQueue(table, { ...redisBackend(await connect(prefix)), lock: quick });
    await doomed.startWorkers([{ job: 'file.read', run: never }, { job: 'answer.write', run: never }]);
    await queue.enqueue('file.read', { n: 1 }, { id: 'read-1' });
    await queue.enqueue('answer.write', { n: 1 }, { id: 'answer-1' });
    await expect.poll(() => queue.state('answer.write', 'answer-1')).toBe('active');
    await expect.poll(() => queue.state('file.read', 'read-1')).toBe('active');
    // What a process that is killed leaves: its locks, which nobody renews.
    await opened.at(-1)!.close();
    await queue.startWorkers([{ job: 'file.read', run: () => Promise.resolve(void ran.push('file')), failed: failed('file') }, { job: 'answer.write', run: () => Promise.resolve(void ran.push('answer')), failed: failed('answer') }]);
    await expect.poll(() => queue.state('answer.write', 'answer-1'), { timeout: 10_000 }).toBe('failed');
    await expect.poll(() => queue.state('file.read', 'read-1'), { timeout: 10_000 }).toBe('absent');
    expect(ran).toEqual(['file']);
    await expect.poll(() => failures).toEqual(['answer job.stalled']);
    // A replay begins anew: what its worker did before does not count against it.
    expect(await queue.deadLetters.replay('answers', 'answer-1')).toBe(true);
    await expect.poll(() => ran).toEqual(['file', 'answer']);
    await queue.close();
  });

  it('tells at once what no other worker may go on with, though all are busy, and hands the rest on when one is free', async () => {
    const [doomed, queue] = [new BullmqJobQueue(table, { ...redisBackend(await connect(prefix)), lock: quick }), new BullmqJobQueue(table, { ...redisBackend(await connect(prefix)), lock: quick })];
    const never = (): Promise<void> => new Promise(() => undefined);
    await doomed.startWorkers([{ job: 'file.read', run: never }], { queues: ['files'], concurrency: { files: 2 } });
    for (const n of [1, 2]) await queue.enqueue('file.read', { n }, { id: `read-${n}` });
    for (const n of [1, 2]) await expect.poll(() => queue.state('file.read', `read-${n}`)).toBe('active');
    await opened.at(-2)!.close();
    const [ran, told]: [number[][], string[]] = [[], []];
    let free = (): void => undefined;
    const busy = new Promise<void>((resolve) => (free = resolve));
    const half = (n: number) => (n === 1 ? new AppError('file.half_read') : null);
    await queue.startWorkers([{
      job: 'file.read',
      run: ({ n }, { begunBefore }) => (ran.push([n, begunBefore]), n === 3 ? busy : Promise.resolve()),
      abandons: ({ n }) => Promise.resolve(half(n)),
      failed: ({ n }, { code }) => Promise.resolve(void told.push(`${n} ${code}`)),
    }], { queues: ['files'] });
    await queue.enqueue('file.read', { n: 3 }, { id: 'read-3' });
    await expect.poll(() => told, { timeout: 5_000 }).toEqual(['1 file.half_read']);
    expect([ran, await queue.state('file.read', 'read-1'), await queue.state('file.read', 'read-2')]).toEqual([[[3, 0]], 'absent', 'waiting']);
    free();
    await expect.poll(() => ran).toEqual([[3, 0], [2, 1]]);
    await expect.poll(() => queue.counts('file.read')).toEqual({ waiting: 0, active: 0, failed: 0 });
    await queue.close();
  });

  it('holds a job by no clock, and leaves its end to others once it may be theirs', async () => {
    const queue = new BullmqJobQueue(table, { ...redisBackend(await connect(prefix)), lock: quick });
    const raw = new Redis(server.url);
    const told: string[] = [];
    const aborted: unknown[] = [];
    const failed = (_data: unknown, { code }: AppError): Promise<void> => Promise.resolve(void told.push(code));
    const write = (_data: unknown, { signal }: JobContext): Promise<void> =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error(String(aborted.push((signal.reason as AppError).code))))));
    await queue.startWorkers([{ job: 'answer.write', run: write, failed }], { queues: ['answers'] });
    await queue.enqueue('answer.write', { n: 1 }, { id: 'answer-1' });
    await expect.poll(() => queue.state('answer.write', 'answer-1')).toBe('active');
    const now = Date.now.bind(Date);
    const setBack = vi.spyOn(Date, 'now').mockImplementation(() => now() - 3_600_000);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect([await queue.state('answer.write', 'answer-1'), aborted]).toEqual(['active', []]);
    setBack.mockRestore();
    // As though it had not been heard of for long, and another worker had the job.
    await raw.set(`${prefix}:jobs:answers:answer-1:lock`, 'another', 'PX', 1_000);
    await expect.poll(() => aborted).toEqual(['job.taken']);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect([await queue.state('answer.write', 'answer-1'), told]).toEqual(['active', []]);
    // The other one dies too, and is found dead like any other.
    await expect.poll(() => told, { timeout: 5_000 }).toEqual(['job.stalled']);
    raw.disconnect();
    await queue.close();
  });

  it('puts a job that is no JSON to the dead letters', async () => {
    const queue = await queueOf();
    const raw = new Redis(server.url);
    await queue.enqueue('file.read', { n: 1 }, { id: 'read-1', priority: 1 });
    await raw.hset(`${prefix}:jobs:files:read-1`, 'data', '{"n":1');
    await queue.enqueue('file.read', { n: 2 }, { id: 'read-2', priority: 2 });
    const ran: number[] = [];
    await queue.startWorkers([{ job: 'file.read', run: ({ n }) => Promise.resolve(void ran.push(n)) }], { queues: ['files'] });
    await expect.poll(() => queue.state('file.read', 'read-2')).toBe('absent');
    expect(ran).toEqual([2]);
    expect(await queue.deadLetters.list('files', 5)).toMatchObject([{ id: 'read-1', reason: expect.stringContaining('job.invalid_payload') as string }]);
    raw.disconnect();
    await queue.close();
  });

  it('does not wait for the clock of another worker that is a day ahead', async () => {
    const queue = await queueOf();
    const raw = new Redis(server.url);
    const dayMs = 86_400_000;
    await queue.enqueue('file.read', { n: 1 }, { id: 'read-1' });
    // As a worker leaves it whose clock is a day ahead: tried once, and put off by its backoff.
    const key = `${prefix}:jobs:files`;
    await raw.zrem(`${key}:prioritized`, 'read-1');
    await raw.hset(`${key}:read-1`, { processedOn: String(Date.now() + dayMs), delay: '10', atm: '1' });
    await raw.zadd(`${key}:delayed`, String((Date.now() + dayMs) * 0x1000), 'read-1');
    expect(await queue.counts('file.read')).toEqual({ waiting: 1, active: 0, failed: 0 });
    await queue.startWorkers([{ job: 'file.read', run: () => Promise.resolve() }], { queues: ['files'] });
    await expect.poll(() => queue.state('file.read', 'read-1')).toBe('absent');
    raw.disconnect();
    await queue.close();
  });

  it('says that a worker takes nothing any more', async () => {
    const redis = await connect(prefix);
    const made: { close(): Promise<void> }[] = [];
    const backend = redisBackend(redis);
    const worker: typeof backend.worker = (...options) => {
      const one = backend.worker(...options);
      made.push(one);
      return one;
    };
    const queue = new BullmqJobQueue(table, { ...backend, worker });
    await queue.startWorkers([{ job: 'file.read', run: () => Promise.resolve() }], { queues: ['files'] });
    await expect(queue.health()).resolves.toBeUndefined();
    await made[0]!.close();
    await expect(queue.health()).rejects.toMatchObject({ code: 'job.worker_stopped' });
    await queue.close();
  });
});
