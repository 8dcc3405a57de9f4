import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RedisServer as Server, reasonToSkip, startRedis } from '@kontor/services';
import { jobs, type DeadLetter, type EventPayload, type Jobs } from '@kontor/contracts';
import { startHttp, type RunningHttp } from '@kontor/http';
import { AppError } from '@kontor/kernel';
import { silentLogger } from '@kontor/observability';
import { createJobQueue, openRedis, type JobQueue } from '@kontor/queue';
import { openWorld, type World } from '@kontor/testing';
import { outbox } from '@kontor/db';
import { AuditService } from '../audit/audit.service.js';
import { ADMIN_API_PORTS, type AdminApiPorts } from '../ports.js';
import { JobsController } from './jobs.controller.js';

class SpecModule {}
const missing = await reasonToSkip('redis');

describe.skipIf(missing)('the dead letters over HTTP', () => {
  let server: Server;
  let queue: JobQueue<Jobs>;
  let world: World;
  let http: RunningHttp;
  let broken = true;
  const ran: string[] = [];
  const closing: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    server = await startRedis();
    const redis = await openRedis({ url: server.url });
    queue = await createJobQueue(jobs, { backend: 'redis', redis });
    await queue.startWorkers([{ job: 'corpus.embed', run: ({ corpusId }) => (broken ? Promise.reject(new AppError('embedder.broken', { message: 'The model is broken.' })) : Promise.resolve(void ran.push(corpusId))) }], { queues: ['embedding'] });
    world = await openWorld();
    const ports = { tenant: 'firm', queue, database: world.database, logger: silentLogger } satisfies Partial<AdminApiPorts>;
    const signIn = { identify: ({ headers }: { headers: Record<string, unknown> }) => Promise.resolve({ tenant: 'firm', person: 'ada', principals: [], administrator: headers['x-role'] === 'administrator' }) };
    http = await startHttp({ module: SpecModule, controllers: [JobsController], providers: [{ provide: ADMIN_API_PORTS, useValue: ports }, AuditService] }, { host: '127.0.0.1', port: 0, bodyBytesMax: 1_000, signIn });
    closing.push(() => http.close(), () => queue.close(), () => redis.close(), () => world.close(), () => server.stop());
  });
  afterAll(async () => {
    for (const close of closing) await close();
  });

  const call = async (method: string, path: string, role = 'administrator'): Promise<{ status: number; body: unknown }> => {
    const response = await fetch(`${http.url}/api/admin/queues${path}`, { method, headers: { 'x-role': role } });
    return { status: response.status, body: await response.json() };
  };
  async function fail(...ids: string[]): Promise<void> {
    for (const id of ids) await queue.enqueue('corpus.embed', { tenant: 'firm', corpusId: id }, { id });
    for (const id of ids) await expect.poll(() => queue.state('corpus.embed', id)).toBe('failed');
  }

  it('are shown with their reason, to administrators only', async () => {
    await fail('embed-a');
    expect((await call('GET', '')).body).toContainEqual({ queue: 'embedding', waiting: 0, active: 0, failed: 1, waitingMax: jobs['corpus.embed'].waitingMax });
    const { body } = await call('GET', '/embedding/dead-letters');
    expect(body).toEqual([{ id: 'embed-a', job: 'corpus.embed', reason: 'embedder.broken: The model is broken.', attempts: 1, failedAt: expect.any(String) as string }]);
    expect(Math.abs(Date.now() - Date.parse((body as DeadLetter[])[0]!.failedAt))).toBeLessThan(60_000);
    for (const [method, path] of [['GET', ''], ['GET', '/embedding/dead-letters'], ['POST', '/embedding/dead-letters/replay'], ['DELETE', '/embedding/dead-letters'], ['DELETE', '/embedding/dead-letters/embed-a'], ['POST', '/embedding/dead-letters/embed-a/replay']] as const) {
      expect(await call(method, path, 'employee')).toMatchObject({ status: 403, body: { code: 'sign_in.administrator_required' } });
    }
  });

  it('are replayed and discarded, one or all', async () => {
    await fail('embed-b', 'embed-c', 'embed-d');
    expect(await call('DELETE', '/embedding/dead-letters/embed-b')).toEqual({ status: 200, body: { jobs: 1 } });
    expect(await call('DELETE', '/embedding/dead-letters/embed-b')).toMatchObject({ status: 404, body: { code: 'job.not_failed' } });
    broken = false;
    expect(await call('POST', '/embedding/dead-letters/embed-c/replay')).toEqual({ status: 200, body: { jobs: 1 } });
    await expect.poll(() => ran).toEqual(['embed-c']);
    expect(await call('POST', '/embedding/dead-letters/replay')).toEqual({ status: 200, body: { jobs: 2 } });
    await expect.poll(() => [...ran].sort()).toEqual(['embed-a', 'embed-c', 'embed-d']);
    broken = true;
    await fail('embed-e', 'embed-f');
    expect(await call('DELETE', '/embedding/dead-letters')).toEqual({ status: 200, body: { jobs: 2 } });
    expect((await call('GET', '/embedding/dead-letters')).body).toEqual([]);
    const recorded = await world.database.worker('firm', (tx) => outbox.waitingEvents(tx, 100));
    const entries = recorded.filter(({ type }) => type === 'audit.recorded').map(({ payload }) => payload as EventPayload<'audit.recorded'>);
    expect(entries.filter(({ outcome }) => outcome === 'failed').map(({ action, target, code }) => [action, target, code])).toEqual([['jobs.discard', 'embedding/embed-b', 'job.not_failed']]);
    expect(entries.filter(({ outcome }) => outcome === 'done').map(({ actor, action, target }) => [actor, action, target])).toEqual([
      ['ada', 'jobs.discard', 'embedding/embed-b'], ['ada', 'jobs.replay', 'embedding/embed-c'], ['ada', 'jobs.replay', 'embedding/all'], ['ada', 'jobs.discard', 'embedding/all'],
    ]);
  });

  it('name the queues where one is unknown', async () => {
    expect(await call('GET', '/no-such/dead-letters')).toMatchObject({ status: 404, body: { code: 'queue.unknown', detail: expect.stringContaining('embedding') as string } });
    expect(await call('GET', '/Not%20a%20name/dead-letters')).toMatchObject({ status: 400 });
  });
});
