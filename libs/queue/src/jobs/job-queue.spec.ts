import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AppError } from '@kontor/kernel';
import { checkHandlers } from './check-handlers.js';
import type { JobHandler } from './job-queue.js';
import { runWithin } from './run-within.js';

const row = { data: z.object({}), attempts: 1, timeoutMs: 1_000, backoffMs: 0, concurrency: 1, stalledMax: 0, waitingMax: 10 };
const table = { 'file.read': { ...row, queue: 'files' }, 'answer.write': { ...row, queue: 'answers' } };
type Handler = JobHandler<typeof table>;
const run = () => Promise.resolve();

describe('checkHandlers', () => {
  const problems = (handlers: Handler[], queues = ['files', 'answers']): string => {
    try {
      checkHandlers(table, handlers, queues);
      return '';
    } catch (error) {
      return (error as AppError).message;
    }
  };

  it('accepts one handler a job, for all queues or for those that are served', () => {
    expect(problems([{ job: 'file.read', run }, { job: 'answer.write', run }])).toBe('');
    expect(problems([{ job: 'file.read', run }], ['files'])).toBe('');
  });

  it('says what to add, and what to take out, for every job at once', () => {
    const text = problems([{ job: 'file.read', run }, { job: 'file.read', run }, { job: 'file.gone', run } as unknown as Handler]);
    expect(text).toContain(`No handler for the job "answer.write". Add { job: 'answer.write', run }`);
    expect(text).toContain('2 handlers for the job "file.read"');
    expect(text).toContain('The handler for "file.gone" has no job');
  });

  it('does not let a handler wait on a queue that nobody serves', () => {
    expect(problems([{ job: 'file.read', run }, { job: 'answer.write', run }], ['files'])).toContain('"answers" is not served');
  });
});

describe('runWithin', () => {
  const limits = { timeoutMs: 20, signals: [], settleMs: 20 };

  it('lets work that finishes in spite of its signal succeed', async () => {
    await expect(runWithin(limits, (signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())))).resolves.toBeUndefined();
  });

  it('gives the reason of the stop, not the noise that the stop made', async () => {
    const work = (signal: AbortSignal) => new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(new Error('socket closed'))));
    await expect(runWithin(limits, work)).rejects.toMatchObject({ code: 'job.timeout', retry: 'later' });
    const stop = new AbortController();
    setTimeout(() => stop.abort(new AppError('job.interrupted')), 5);
    await expect(runWithin({ ...limits, signals: [stop.signal] }, work)).rejects.toMatchObject({ code: 'job.interrupted' });
  });

  it('leaves work behind that does not listen', async () => {
    await expect(runWithin(limits, () => new Promise(() => undefined))).rejects.toMatchObject({ code: 'job.timeout' });
  });

  it('passes an error of the work on as it is', async () => {
    const error = new AppError('file.broken');
    await expect(runWithin(limits, () => Promise.reject(error))).rejects.toBe(error);
  });
});
