import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RedisServer as Server, reasonToSkip, startRedis } from '@kontor/services';
import { jobs, type Jobs, type Problem } from '@kontor/contracts';
import { startHttp, type RunningHttp } from '@kontor/http';
import { AppError } from '@kontor/kernel';
import { createJobQueue, openQueueBoard, openRedis, type JobQueue } from '@kontor/queue';
import { QUEUE_BOARD, QueueBoardController } from './queue-board.controller.js';

class SpecModule {}
const missing = await reasonToSkip('redis');
const SECRET = 'Kündigung Meier.pdf';

describe.skipIf(missing)('the board of the queues', () => {
  let queue: JobQueue<Jobs>;
  let http: RunningHttp;
  const closing: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    const server: Server = await startRedis();
    const redis = await openRedis({ url: server.url });
    queue = await createJobQueue(jobs, { backend: 'redis', redis });
    const board = await openQueueBoard(jobs, redis);
    const signIn = {
      identify: ({ headers }: { headers: Record<string, unknown> }) => {
        if (headers['x-role'] === 'wrong-token') return Promise.reject(new AppError('sign_in.refused', { status: 401 }));
        if (headers['x-role'] === undefined) return Promise.resolve(null);
        return Promise.resolve({ tenant: 'firm', person: 'ada', principals: [], administrator: headers['x-role'] === 'administrator' });
      },
    };
    http = await startHttp({ module: SpecModule, controllers: [QueueBoardController], providers: [{ provide: QUEUE_BOARD, useValue: board }] }, { host: '127.0.0.1', port: 0, bodyBytesMax: 1_000, signIn });
    closing.push(() => http.close(), () => board.close(), () => queue.close(), () => redis.close(), () => server.stop());
    await queue.startWorkers([{ job: 'corpus.embed', run: () => Promise.reject(new AppError('embedder.broken', { message: `${SECRET} broke it.` })) }], { queues: ['embedding'] });
    await queue.enqueue('corpus.embed', { tenant: 'firm', corpusId: 'c1' }, { id: 'embed-c1' });
    await queue.enqueue('document.ingest', { tenant: 'firm', runId: 'r1', corpusId: 'c1', path: `hr/${SECRET}`, blobKey: 'b', contentHash: 'h', sizeBytes: 1 }, { id: 'ingest-1' });
  });
  afterAll(async () => {
    for (const close of closing) await close();
  });

  const call = (path: string, role?: string, init: RequestInit = {}) => fetch(http.url + path, { ...init, headers: { ...(role === undefined ? {} : { 'x-role': role }), ...init.headers } });

  it('shows an administrator every queue and its jobs, and no word of them', async () => {
    await expect.poll(() => queue.state('corpus.embed', 'embed-c1')).toBe('failed');
    for (const [active, id] of [['embedding', 'embed-c1'], ['ingestion', 'ingest-1']]) {
      const answer = await call(`/admin/queues/api/queues?activeQueue=${active}&page=1&jobsPerPage=10`, 'administrator');
      expect(answer.status).toBe(200);
      const text = await answer.text();
      expect([...new Set((JSON.parse(text) as { queues: { name: string }[] }).queues.map(({ name }) => name))].sort()).toEqual(['embedding', 'imports', 'inference', 'ingestion']);
      expect(text).toContain(id);
      expect(text).not.toContain('Meier');
    }
    const one = (await (await call('/admin/queues/api/queues/embedding/embed-c1', 'administrator')).json()) as { job: unknown };
    expect(one.job).toMatchObject({ name: 'corpus.embed', data: { tenant: 'firm', corpusId: 'c1' }, failedReason: 'embedder.broken', stacktrace: [] });
  });

  it('asks no server outside for anything, and gives out the files of the page alone', async () => {
    const page = await call('/admin/queues/queue/embedding', 'administrator');
    const html = await page.text();
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(html).toContain('<base href="/admin/queues/" />');
    expect(html).not.toMatch(/https?:\/\//);
    const files = [...html.matchAll(/(?:src|href)="(static\/[^"]+)"/g)].map(([, file]) => file);
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) expect([file, (await call(`/admin/queues/${file}`, 'administrator')).status]).toEqual([file, 200]);
    for (const path of ['static/../index.ejs', 'static/%2e%2e/%2e%2e/package.json', 'static/js/no.js']) expect([path, (await call(`/admin/queues/${path}`, 'administrator')).headers.get('content-type')]).not.toEqual([path, 'application/octet-stream']);
  });

  it('changes nothing: whatever would is not there', async () => {
    for (const [method, path] of [['PUT', 'queues/embedding/pause'], ['PUT', 'queues/embedding/embed-c1/retry/failed'], ['PUT', 'queues/embedding/embed-c1/clean'], ['POST', 'queues/embedding/add'], ['PUT', 'queues/pause'], ['DELETE', 'queues/embedding']]) {
      expect([path, (await call(`/admin/queues/api/${path}`, 'administrator', { method: method! })).status]).toEqual([path, 404]);
    }
    expect(await queue.state('corpus.embed', 'embed-c1')).toBe('failed');
  });

  it('is to everybody else what an address is at which there is nothing', async () => {
    const told = async (path: string, role?: string) => {
      const answer = await call(path, role);
      const { instance: _own, ...problem } = (await answer.json()) as Problem & { instance: string };
      return { status: answer.status, headers: [...answer.headers.keys()].filter((name) => name !== 'connection'), problem };
    };
    for (const role of [undefined, 'employee', 'wrong-token']) {
      const nothing = await told('/admin/nothing', role);
      expect(nothing.status).toBe(404);
      for (const path of ['', '/', '/api/queues', '/api/queues/embedding/embed-c1', '/static/images/logo.svg', '/queue/embedding']) expect([path, role, await told(`/admin/queues${path}`, role)]).toEqual([path, role, nothing]);
    }
  });
});
