import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AppError } from '@kontor/kernel';
import { activeTraceParent, inTrace, metricsText, silentLogger, startTracing } from '@kontor/observability';
import { startTraceReceiver } from '@kontor/observability/testing';
import { untouched, type JobHandler, type JobQueue, type JobTable } from '../jobs/job-queue.js';

const row = (queue: string, stalledMax = 2) => ({ queue, attempts: 3, timeoutMs: 5_000, backoffMs: 10, concurrency: 1, stalledMax, waitingMax: 3 });
const table = {
  'file.read': { ...row('files'), data: z.object({ path: z.string(), pages: z.number().default(1) }) },
  'file.hang': { ...row('hanging'), timeoutMs: 100, attempts: 1, data: z.object({ path: z.string() }) },
  'answer.write': { ...row('answers', 0), data: z.object({ path: z.string() }) },
} satisfies JobTable;
type Table = typeof table;
type Run = (data: { path: string; pages?: number }, context: { signal: AbortSignal; attempt: number }) => Promise<void>;

const nothing: Run = () => Promise.resolve();
const untilAborted: Run = (_data, { signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));

/** What every adapter of the job queue keeps. `make` opens a queue on a store of its own, or a second one on the same. */
export function describeJobQueue(name: string, open: () => Promise<{ connect: <T extends JobTable>(table: T) => Promise<JobQueue<T>>; close: () => Promise<void> }>): void {
  describe(`job queue: ${name}`, () => {
    let store: Awaited<ReturnType<typeof open>>;
    let queue: JobQueue<Table>;
    const failures: string[] = [];
    /** How often the handlers cannot take note of a failure. */
    let deafTimes = 0;
    const start = (read: Run, hang: Run = nothing, write: Run = nothing) => {
      const failed = (data: { path: string }, error: AppError): Promise<void> => {
        failures.push(`${data.path} ${error.code}`);
        deafTimes -= 1;
        return deafTimes >= 0 ? Promise.reject(new Error('the database is away')) : Promise.resolve();
      };
      const handlers: JobHandler<Table>[] = [{ job: 'file.read', run: read, failed }, { job: 'file.hang', run: hang, failed }, { job: 'answer.write', run: write, failed }];
      return queue.startWorkers(handlers);
    };
    const reached = (state: string, id: string, job: keyof Table = 'file.read') => expect.poll(() => queue.state(job, id), { timeout: 10_000, interval: 20 }).toBe(state);

    beforeEach(async () => {
      failures.length = 0;
      deafTimes = 0;
      store = await open();
      queue = await store.connect(table);
    });
    afterEach(async () => {
      await queue.close();
      await store.close();
    });

    it('hands the parsed payload to the handler and forgets what is done', async () => {
      const seen: unknown[] = [];
      await start((data) => Promise.resolve(void seen.push(data)));
      await queue.enqueue('file.read', { path: 'a.md' } as { path: string; pages: number }, { id: 'read-a' });
      await reached('absent', 'read-a');
      expect(seen).toEqual([{ path: 'a.md', pages: 1 }]);
      expect(failures).toEqual([]);
    });

    it('goes on with the trace in which a job was added, and runs one that was added in none', async () => {
      const receiver = await startTraceReceiver();
      const tracing = await startTracing({ url: receiver.url, sample: 1, text: false }, { service: 'spec', logger: silentLogger });
      const seen: (string | undefined)[] = [];
      await start(() => Promise.resolve(void seen.push(activeTraceParent()?.slice(3, 35))));
      await inTrace('request', {}, () => queue.enqueue('file.read', { path: 'a.md', pages: 1 }, { id: 'read-a' }));
      await reached('absent', 'read-a');
      await queue.enqueue('file.read', { path: 'b.md', pages: 1 }, { id: 'read-b' });
      await reached('absent', 'read-b');
      await tracing.close();
      const [request, send] = ['request', 'send files'].map((name) => receiver.spans.find((span) => span.name === name)!);
      const [first, second] = receiver.spans.filter(({ name }) => name === 'process files');
      expect([first!.parentSpanId, send!.parentSpanId, first!.attributes['kontor.job.outcome']]).toEqual([send!.spanId, request!.spanId, 'done']);
      expect(seen).toEqual([request!.traceId, second!.traceId]);
      expect(second!.traceId).not.toBe(request!.traceId);
      await receiver.close();
    });

    it('wakes an idle worker at once, because a person waits for the answer', async () => {
      let ranAt = 0;
      await start(() => Promise.resolve(void (ranAt = performance.now())));
      // Long enough for the worker to have found nothing and gone to sleep.
      await new Promise((resolve) => setTimeout(resolve, 500));
      const addedAt = performance.now();
      await queue.enqueue('file.read', { path: 'a', pages: 1 }, { id: 'read-a' });
      await expect.poll(() => ranAt, { timeout: 10_000, interval: 5 }).toBeGreaterThan(0);
      expect(ranAt - addedAt).toBeLessThan(1_000);
    });

    it('refuses a payload that does not fit, when it is added and when it was added by an older version', async () => {
      await expect(queue.enqueue('file.read', { path: 1 } as never, { id: 'read-a' })).rejects.toMatchObject({ code: 'job.invalid_payload' });
      const older = await store.connect({ 'file.read': { ...table['file.read'], data: z.object({ file: z.string() }) } });
      await older.enqueue('file.read', { file: 'a.md' }, { id: 'read-old' });
      await start(nothing);
      await reached('failed', 'read-old');
      expect((await queue.deadLetters.list('files', 10))[0]).toMatchObject({ id: 'read-old', reason: expect.stringContaining('job.invalid_payload') as string, attempts: 1 });
      await older.close();
    });

    it('does work of one id once, however often it is added while it waits', async () => {
      let runs = 0;
      for (let i = 0; i < 3; i += 1) await queue.enqueue('file.read', { path: 'a', pages: 1 }, { id: 'read-a' });
      expect(await queue.counts('file.read')).toEqual({ waiting: 1, active: 0, failed: 0 });
      await start(() => Promise.resolve(void (runs += 1)));
      await reached('absent', 'read-a');
      expect(runs).toBe(1);
    });

    it('tries again what may pass later, and what nobody foresaw', async () => {
      const attempts: number[] = [];
      await start(({ path }, { attempt }) => {
        attempts.push(attempt);
        if (attempt < 3) throw path === 'known' ? new AppError('disk.busy', { retry: 'later' }) : new Error('surprise');
        return Promise.resolve();
      });
      await queue.enqueueMany('file.read', [{ id: 'read-known', data: { path: 'known', pages: 1 } }, { id: 'read-unknown', data: { path: 'unknown', pages: 1 } }]);
      await reached('absent', 'read-known');
      await reached('absent', 'read-unknown');
      expect(attempts.sort()).toEqual([1, 1, 2, 2, 3, 3]);
      expect(failures).toEqual([]);
    });

    it('gives up at once where trying again is no use, keeps the reason and tells the handler', async () => {
      await start(() => Promise.reject(new AppError('file.broken', { message: 'The file is broken.' })));
      await queue.enqueue('file.read', { path: 'a', pages: 1 }, { id: 'read-a' });
      await reached('failed', 'read-a');
      expect(await queue.deadLetters.list('files', 10)).toMatchObject([{ id: 'read-a', reason: 'file.broken: The file is broken.', attempts: 1 }]);
      expect(failures).toEqual(['a file.broken']);
      expect(await queue.counts('file.read')).toEqual({ waiting: 0, active: 0, failed: 1 });
    });

    it('runs a job again whose failure could not be noted, and tells of one that must not run twice until it is', async () => {
      deafTimes = 2;
      let runs = 0;
      const broken: Run = () => Promise.reject(new AppError('file.broken', { message: `run ${(runs += 1)}` }));
      await start(broken, nothing, broken);
      await queue.enqueue('file.read', { path: 'a', pages: 1 }, { id: 'read-a' });
      await expect.poll(() => failures, { timeout: 10_000 }).toEqual(['a file.broken', 'a file.broken', 'a file.broken']);
      await reached('failed', 'read-a');
      [deafTimes, failures.length] = [2, 0];
      await queue.enqueue('answer.write', { path: 'b' }, { id: 'write-b' });
      await reached('failed', 'write-b', 'answer.write');
      // It is told until somebody hears it, and not run for that.
      expect(failures).toEqual(['b file.broken', 'b file.broken', 'b file.broken']);
      expect(runs).toBe(4);
    });

    it('runs failed work again: when asked to, and when it is added again', async () => {
      let broken = true;
      await start(() => (broken ? Promise.reject(new AppError('file.broken')) : Promise.resolve()));
      await queue.enqueueMany('file.read', [{ id: 'read-a', data: { path: 'a', pages: 1 } }, { id: 'read-b', data: { path: 'b', pages: 1 } }]);
      await reached('failed', 'read-a');
      await reached('failed', 'read-b');
      broken = false;
      expect(await queue.deadLetters.replay('files', 'read-a')).toBe(true);
      await queue.enqueue('file.read', { path: 'b', pages: 1 }, { id: 'read-b' });
      await reached('absent', 'read-a');
      await reached('absent', 'read-b');
      expect(await queue.deadLetters.replay('files', 'read-a')).toBe(false);
    });

    it('aborts work that takes too long and says so', async () => {
      await start(nothing, untilAborted);
      await queue.enqueue('file.hang', { path: 'a' }, { id: 'hang-a' });
      await reached('failed', 'hang-a', 'file.hang');
      expect((await queue.deadLetters.list('hanging', 1))[0]!.reason).toMatch(/^job\.timeout: .*100 ms/);
      expect(failures).toEqual(['a job.timeout']);
    });

    it('serves by priority, then by arrival, and knows the place of each', async () => {
      const order: string[] = [];
      for (const [id, priority] of [['read-c', 20], ['read-d', 20], ['read-a', 1], ['read-b', 10]] as const) await queue.enqueue('file.read', { path: id, pages: 1 }, { id, priority });
      expect(await Promise.all(['read-a', 'read-b', 'read-c', 'read-d', 'read-x'].map((id) => queue.ahead('file.read', id)))).toEqual([0, 1, 2, 3, null]);
      expect(await Promise.all([5, 10, 20].map((priority) => queue.aheadOf('file.read', priority)))).toEqual([1, 2, 4]);
      let go: () => void = () => undefined;
      const gate = new Promise<void>((resolve) => (go = resolve));
      await start(async ({ path }) => {
        order.push(path);
        await gate;
      });
      await reached('active', 'read-a');
      expect(await queue.ahead('file.read', 'read-a')).toBeNull();
      expect(await queue.ahead('file.read', 'read-d')).toBe(3);
      expect(await queue.aheadOf('file.read', 5)).toBe(1);
      go();
      await reached('absent', 'read-d');
      expect(order).toEqual(['read-a', 'read-b', 'read-c', 'read-d']);
    });

    it('takes out what has not begun, and nothing else', async () => {
      await queue.enqueue('answer.write', { path: 'a' }, { id: 'answer-a' });
      expect(await queue.withdraw('answer.write', 'answer-a')).toBe(true);
      expect(await queue.withdraw('answer.write', 'answer-a')).toBe(false);
      const workers = await start(nothing, nothing, untilAborted);
      await queue.enqueue('answer.write', { path: 'b' }, { id: 'answer-b' });
      await reached('active', 'answer-b', 'answer.write');
      expect(await queue.withdraw('answer.write', 'answer-b')).toBe(false);
      await workers.close(0);
    });

    it('waits for work under way when it closes', async () => {
      let finished = false;
      const workers = await start(async () => {
        await new Promise((resolve) => setTimeout(resolve, 200));
        finished = true;
      });
      await queue.enqueue('file.read', { path: 'a', pages: 1 }, { id: 'read-a' });
      await reached('active', 'read-a');
      await workers.close();
      expect(finished).toBe(true);
      expect(await queue.state('file.read', 'read-a')).toBe('absent');
    });

    it('keeps interrupted work for the next process, but never repeats an answer by itself', async () => {
      const workers = await start(untilAborted, nothing, untilAborted);
      await queue.enqueue('file.read', { path: 'a', pages: 1 }, { id: 'read-a' });
      await queue.enqueue('answer.write', { path: 'b' }, { id: 'answer-b' });
      await reached('active', 'read-a');
      await reached('active', 'answer-b', 'answer.write');
      await workers.close(50);
      expect(await queue.state('file.read', 'read-a')).toBe('waiting');
      expect(failures).toEqual(['b job.interrupted']);
      const attempts: number[] = [];
      await start((_data, { attempt }) => Promise.resolve(void attempts.push(attempt)));
      await reached('absent', 'read-a');
      expect(attempts).toEqual([1]);
    });

    it('hands even an answer to the next process where its handler says that nothing of it was seen yet', async () => {
      const untouchedYet: Run = (data, context) => untilAborted(data, context).catch(() => Promise.reject(untouched()));
      const workers = await start(nothing, nothing, untouchedYet);
      await queue.enqueue('answer.write', { path: 'c' }, { id: 'answer-c' });
      await reached('active', 'answer-c', 'answer.write');
      await workers.close(50);
      expect([await queue.state('answer.write', 'answer-c'), failures]).toEqual(['waiting', []]);
      const attempts: number[] = [];
      await start(nothing, nothing, (_data, { attempt }) => Promise.resolve(void attempts.push(attempt)));
      await reached('absent', 'answer-c', 'answer.write');
      expect(attempts).toEqual([1]);
    });

    it('keeps what failed as dead letters, which are replayed or discarded, one or all of them', async () => {
      let broken = true;
      const ran: string[] = [];
      await start(({ path }) => (broken ? Promise.reject(new AppError('file.broken')) : Promise.resolve(void ran.push(path))));
      const { deadLetters } = queue;
      for (const path of ['a', 'b', 'c', 'd', 'e']) {
        await queue.enqueue('file.read', { path, pages: 1 }, { id: `read-${path}`, priority: 5 });
        await reached('failed', `read-${path}`);
      }
      expect(await deadLetters.list('files', 2)).toMatchObject([{ id: 'read-e', job: 'file.read', reason: 'file.broken: file.broken', attempts: 1, failedAt: expect.any(Date) as Date }, { id: 'read-d' }]);
      expect(await queue.queues()).toContainEqual({ queue: 'files', waiting: 0, active: 0, failed: 5, waitingMax: 3 });
      expect([await deadLetters.discard('files', 'read-a'), await deadLetters.discard('files', 'read-a'), await deadLetters.replay('files', 'read-a')]).toEqual([true, false, false]);
      broken = false;
      expect(await deadLetters.replay('files', 'read-b')).toBe(true);
      await reached('absent', 'read-b');
      expect(ran).toEqual(['b']);
      expect(await deadLetters.replayAll('files')).toBe(3);
      for (const id of ['read-c', 'read-d', 'read-e']) await reached('absent', id);
      expect(ran.sort()).toEqual(['b', 'c', 'd', 'e']);
      broken = true;
      for (const path of ['f', 'g']) await queue.enqueue('file.read', { path, pages: 1 }, { id: `read-${path}` });
      await reached('failed', 'read-g');
      await reached('failed', 'read-f');
      expect(await deadLetters.discardAll('files')).toBe(2);
      expect(await deadLetters.list('files', 10)).toEqual([]);
      await expect(deadLetters.list('no-such', 1)).rejects.toMatchObject({ code: 'queue.unknown', status: 404 });
    });

    it('takes no waiting job for a dead letter', async () => {
      await queue.enqueue('file.read', { path: 'a', pages: 1 }, { id: 'read-a' });
      expect([await queue.deadLetters.discard('files', 'read-a'), await queue.deadLetters.replay('files', 'read-a'), await queue.deadLetters.discardAll('files')]).toEqual([false, false, 0]);
      expect(await queue.state('file.read', 'read-a')).toBe('waiting');
    });

    it('puts garbage and jobs of another version to the dead letters, and loses nothing else', async () => {
      const anything = { ...table['file.read'], data: z.unknown() };
      const newer = await store.connect({ 'file.read': anything, 'file.shred': anything });
      const garbage: unknown[] = [null, 'garbage', 42, [], { path: { deeply: ['wrong'] } }];
      for (const [index, data] of garbage.entries()) await newer.enqueue('file.read', data, { id: `garbage-${index}`, priority: 1 });
      await newer.enqueue('file.shred', { path: 'a' }, { id: 'shred-a', priority: 1 });
      await newer.enqueue('file.read', { path: 'a', pages: 1 }, { id: 'read-a', priority: 2 });
      const ran: string[] = [];
      await start(({ path }) => Promise.resolve(void ran.push(path)));
      await reached('absent', 'read-a');
      await reached('failed', 'shred-a');
      expect(ran).toEqual(['a']);
      const letters = await queue.deadLetters.list('files', 10);
      expect(letters.map(({ id, job, attempts }) => [id, job, attempts]).sort()).toEqual([...garbage.map((_, index) => [`garbage-${index}`, 'file.read', 1]), ['shred-a', 'file.shred', 1]]);
      expect(letters.filter(({ job }) => job === 'file.read').every(({ reason }) => reason.startsWith('job.invalid_payload'))).toBe(true);
      expect(letters.find(({ job }) => job === 'file.shred')!.reason).toMatch(/^job\.unknown: .*"file\.shred"/);
      expect(await queue.deadLetters.discard('files', 'shred-a')).toBe(true);
      await newer.close();
    });

    it('tells how much room a queue has', async () => {
      expect(await queue.room('file.read')).toEqual({ waiting: 0, active: 0, waitingMax: 3 });
      for (const path of ['a', 'b', 'c', 'd']) await queue.enqueue('file.read', { path, pages: 1 }, { id: `read-${path}` });
      // What is inside already is never refused: only whoever takes work in from outside asks for room.
      expect(await queue.room('file.read')).toEqual({ waiting: 4, active: 0, waitingMax: 3 });
    });

    it('tells how long the job that waits longest has waited, and those that wait for another attempt with it', async () => {
      expect(await queue.longestWaitsMs()).toEqual({ files: 0, hanging: 0, answers: 0 });
      await queue.enqueue('file.read', { path: 'old', pages: 1 }, { id: 'read-old', priority: 1_000 });
      await new Promise((resolve) => setTimeout(resolve, 300));
      await queue.enqueue('file.read', { path: 'new', pages: 1 }, { id: 'read-new', priority: 1 });
      const { files, answers } = await queue.longestWaitsMs();
      expect(files).toBeGreaterThanOrEqual(300);
      expect(answers).toBe(0);
      const workers = await start(({ path }) => (path === 'new' ? Promise.resolve() : Promise.reject(new AppError('disk.busy', { retry: 'later' }))));
      await reached('absent', 'read-new');
      await workers.close();
      if ((await queue.state('file.read', 'read-old')) === 'waiting') expect((await queue.longestWaitsMs())['files']).toBeGreaterThan(files!);
    });

    it('measures each attempt by how it ended, and gives no name of a stranger to a metric', async () => {
      const attempts = async (name: string, outcome: string): Promise<number> => Number(new RegExp(`kontor_job_seconds_count\\{name="${name}",outcome="${outcome}"\\} (\\d+)`).exec((await metricsText()).text)?.[1] ?? 0);
      const outcomes = [['file.read', 'done'], ['file.read', 'retried'], ['file.read', 'failed'], ['answer.write', 'failed'], ['unknown', 'failed']] as const;
      const read = () => Promise.all(outcomes.map(([name, outcome]) => attempts(name, outcome)));
      const before = await read();
      await start(() => Promise.resolve(), nothing, () => Promise.reject(new AppError('file.broken')));
      const newer = await store.connect({ 'file.shred': table['file.read'] });
      await newer.enqueue('file.shred', { path: 'a', pages: 1 }, { id: 'shred-a' });
      await queue.enqueue('file.read', { path: 'a', pages: 1 }, { id: 'read-a' });
      await queue.enqueue('answer.write', { path: 'a' }, { id: 'answer-a' });
      await expect.poll(async () => (await read()).map((now, index) => now - before[index]!), { timeout: 10_000 }).toEqual([1, 0, 0, 1, 1]);
      await newer.close();
    });

    it('is well while its store answers and its workers run', async () => {
      const workers = await start(nothing);
      await expect(queue.health()).resolves.toBeUndefined();
      expect(() => workers.health()).not.toThrow();
    });
  });
}
