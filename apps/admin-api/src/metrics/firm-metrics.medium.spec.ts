import { expect, it } from 'vitest';
import { corpora, people } from '@kontor/db';
import { AppError } from '@kontor/kernel';
import { metricsText } from '@kontor/observability';
import { openWorld } from '@kontor/testing';
import { FirmMetrics } from './firm-metrics.js';
import type { AdminApiPorts } from '../ports.js';

const TENANT = 'firm';

it('tells of queues and permissions at each look, and nothing of a server that is away', async () => {
  const world = await openWorld();
  let away = false;
  const database: AdminApiPorts['database'] = { worker: (tenant, work) => (away ? Promise.reject(new AppError('store.unreachable')) : world.database.worker(tenant, work)) };
  const metrics = new FirmMetrics({ tenant: TENANT, database, queue: world.queue });
  metrics.onApplicationBootstrap();
  const look = async (): Promise<string> => (await metricsText()).text;
  const value = (text: string, series: string): number => Number(text.split('\n').find((line) => line.startsWith(`${series} `))?.split(' ')[1]);

  expect(value(await look(), 'kontor_queue_jobs{queue="embedding",state="waiting"}')).toBe(0);
  await world.queue.enqueue('corpus.embed', { tenant: TENANT, corpusId: 'c' }, { id: 'embed-c' });
  await world.database.worker(TENANT, async (tx) => {
    const { id } = await corpora.createCorpus(tx, 'handbook', { ...corpora.WITHOUT_VECTORS, recipe: {} });
    await people.replaceRules(tx, id, { version: 1, match: 'longest_prefix', groups: ['all'], prefixes: { '': ['all'] } });
    await corpora.setAccessState(tx, id, 'ruled');
    await corpora.createCorpus(tx, 'unruled', { ...corpora.WITHOUT_VECTORS, recipe: {} });
  });
  const text = await look();
  expect(value(text, 'kontor_queue_jobs{queue="embedding",state="waiting"}')).toBe(1);
  expect(value(text, 'kontor_queue_jobs{queue="inference",state="failed"}')).toBe(0);
  expect(value(text, 'kontor_queue_oldest_seconds{queue="embedding"}')).toBeGreaterThan(0);
  expect(value(text, 'kontor_queue_oldest_seconds{queue="inference"}')).toBe(0);
  expect(value(text, 'kontor_permission_age_seconds{corpus="handbook"}')).toBeLessThan(60);
  expect(text).not.toContain('unruled');

  away = true;
  const partly = await look();
  expect(partly).not.toContain('kontor_permission_age_seconds{');
  expect(value(partly, 'kontor_queue_jobs{queue="embedding",state="waiting"}')).toBe(1);
  metrics.onModuleDestroy();
  await world.close();
});
