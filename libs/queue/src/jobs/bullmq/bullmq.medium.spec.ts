import { createPostgresBackend, type PgPool, withBackend } from 'bullmq';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { AppError } from '@kontor/kernel';
import { describeJobQueue } from '../../testing/job-queue.suite.js';
import { openPglitePool } from '../../testing/pglite-pool.js';
import { createJobQueue } from '../create-job-queue.js';
import type { JobHandler } from '../job-queue.js';
import type { QueuePool } from './backend.js';

let pool: QueuePool;
beforeAll(async () => {
  pool = await openPglitePool();
});
afterAll(() => pool.end());

/** One PGlite serves all cases, because opening one takes seconds; its queues are emptied instead. */
async function emptyQueues(names: readonly string[]): Promise<void> {
  const { Queue } = withBackend(createPostgresBackend);
  for (const name of names) {
    const queue = new Queue(name, { connection: pool as unknown as PgPool });
    await queue.obliterate({ force: true });
    await queue.close();
  }
}

describeJobQueue('BullMQ over PGlite', async () => {
  await createJobQueue({}, { backend: 'postgres', pool });
  await emptyQueues(['files', 'hanging', 'answers']);
  return { connect: (table) => createJobQueue(table, { backend: 'postgres', pool }), close: () => Promise.resolve() };
});

describe('a store that a dead process left', () => {
  const row = { data: z.object({}), attempts: 1, timeoutMs: 5_000, backoffMs: 0, concurrency: 1, waitingMax: 10 };
  const table = { 'file.read': { ...row, queue: 'dead-files', stalledMax: 1 }, 'answer.write': { ...row, queue: 'dead-answers', stalledMax: 0 } };
  const { Worker } = withBackend(createPostgresBackend);

  /** Takes a job as a worker does, and then never comes back. */
  async function takeAndDie(queue: string): Promise<void> {
    const worker = new Worker(queue, null, { connection: pool as unknown as PgPool, autorun: false });
    expect(await worker.getNextJob('token-of-the-dead')).toBeDefined();
    await worker.close(true);
  }

  async function restart() {
    const ran: string[] = [];
    const failed: string[] = [];
    const handlers: JobHandler<typeof table>[] = (['file.read', 'answer.write'] as const).map((job) => ({
      job,
      run: () => Promise.resolve(void ran.push(job)),
      failed: (_data: unknown, error: AppError) => Promise.resolve(void failed.push(`${job} ${error.code}`)),
    }));
    const queue = await createJobQueue(table, { backend: 'postgres', pool, exclusive: true });
    return { queue, ran, failed, start: () => queue.startWorkers(handlers) };
  }
  beforeEach(() => emptyQueues(['dead-files', 'dead-answers']));

  it('takes work up at once, though the dead one still holds its lock', async () => {
    const { queue, ran, start } = await restart();
    await queue.enqueue('file.read', {}, { id: 'read-a' });
    await takeAndDie('dead-files');
    await start();
    await expect.poll(() => queue.state('file.read', 'read-a')).toBe('absent');
    expect(ran).toEqual(['file.read']);
    await queue.close();
  });

  it('gives work up that kills its process again and again, and tells the handler', async () => {
    const { queue, ran, failed, start } = await restart();
    await queue.enqueue('file.read', {}, { id: 'read-a' });
    await takeAndDie('dead-files');
    await (await restart()).queue.startWorkers([{ job: 'file.read', run: () => new Promise(() => undefined) }], { queues: ['dead-files'] });
    await expect.poll(() => queue.state('file.read', 'read-a')).toBe('active');
    await start();
    expect(await queue.state('file.read', 'read-a')).toBe('failed');
    expect((await queue.deadLetters.list('dead-files', 1))[0]!.reason).toContain('job.stalled');
    expect([ran, failed]).toEqual([[], ['file.read job.stalled']]);
    await queue.close();
  });

  it('fails an answer instead of writing it twice', async () => {
    const { queue, ran, failed, start } = await restart();
    await queue.enqueue('answer.write', {}, { id: 'answer-a' });
    await takeAndDie('dead-answers');
    await start();
    expect(failed).toEqual(['answer.write job.stalled']);
    expect(ran).toEqual([]);
    await queue.close();
  });
});
