import { expect, it } from 'vitest';
import { corpora, evaluations, outbox, people } from '@kontor/db';
import { AppError } from '@kontor/kernel';
import { metricsText } from '@kontor/observability';
import { openWorld } from '@kontor/testing';
import { FirmMetrics } from './firm-metrics.js';
import type { AdminApiPorts } from '../ports.js';

const TENANT = 'firm';

it('tells of queues, permissions, events and evaluations at each look, and nothing of a server that is away', async () => {
  const world = await openWorld();
  let away = false;
  const database: AdminApiPorts['database'] = { worker: (tenant, work) => (away ? Promise.reject(new AppError('store.unreachable')) : world.database.worker(tenant, work)) };
  const letters = { 'kontor.document.v1.dead': 2 };
  const events = { subscribe: () => () => undefined, deadLetters: () => (away ? Promise.reject(new AppError('kafka.unreachable')) : Promise.resolve(letters)) };
  const metrics = new FirmMetrics({ tenant: TENANT, database, queue: world.queue, events });
  metrics.onApplicationBootstrap();
  const look = async (): Promise<string> => (await metricsText()).text;
  const value = (text: string, series: string): number => Number(text.split('\n').find((line) => line.startsWith(`${series} `))?.split(' ')[1]);

  expect(value(await look(), 'kontor_queue_jobs{queue="embedding",state="waiting"}')).toBe(0);
  await world.queue.enqueue('corpus.embed', { tenant: TENANT, corpusId: 'c' }, { id: 'embed-c' });
  await world.database.worker(TENANT, async (tx) => {
    const { id } = await corpora.createCorpus(tx, 'handbook', { ...corpora.WITHOUT_VECTORS, recipe: {} });
    await people.replaceRules(tx, id, { version: 1, match: 'longest_prefix', groups: ['all'], prefixes: { '': ['all'] } });
    await corpora.setAccessState(tx, id, 'ruled');
    await evaluations.recordEvaluation(tx, { corpus: 'handbook', questions: 90, recall: 0.94, reciprocalRank: 0.8, leaks: 1 });
    await corpora.createCorpus(tx, 'unruled', { ...corpora.WITHOUT_VECTORS, recipe: {} });
    for (const aggregate of ['a', 'b']) await outbox.announce(tx, aggregate, 'access.changed', { corpusId: id });
    await outbox.refuseEvent(tx, (await outbox.waitingEvents(tx, 1))[0]!.id, 'event.too_large');
  });
  const text = await look();
  expect(value(text, 'kontor_queue_jobs{queue="embedding",state="waiting"}')).toBe(1);
  expect(value(text, 'kontor_queue_jobs{queue="inference",state="failed"}')).toBe(0);
  expect(value(text, 'kontor_queue_oldest_seconds{queue="embedding"}')).toBeGreaterThan(0);
  expect(value(text, 'kontor_queue_oldest_seconds{queue="inference"}')).toBe(0);
  expect(value(text, 'kontor_permission_age_seconds{corpus="handbook"}')).toBeLessThan(60);
  expect(text).not.toContain('unruled');
  expect(value(text, 'kontor_outbox_waiting')).toBe(1);
  expect(value(text, 'kontor_outbox_refused')).toBe(1);
  expect(value(text, 'kontor_outbox_oldest_seconds')).toBeLessThan(60);
  expect(value(text, 'kontor_event_dead_letters{topic="kontor.document.v1.dead"}')).toBe(2);
  expect(value(text, 'kontor_evaluation_recall{corpus="handbook"}')).toBe(0.94);
  expect(value(text, 'kontor_evaluation_leaks{corpus="handbook"}')).toBe(1);
  expect(value(text, 'kontor_evaluation_age_seconds{corpus="handbook"}')).toBeLessThan(60);

  away = true;
  const partly = await look();
  for (const name of ['kontor_permission_age_seconds{', 'kontor_evaluation_recall{', 'kontor_event_dead_letters{', 'kontor_outbox_waiting ']) expect(partly).not.toContain(`\n${name}`);
  expect(value(partly, 'kontor_queue_jobs{queue="embedding",state="waiting"}')).toBe(1);
  metrics.onModuleDestroy();
  await world.close();
});
