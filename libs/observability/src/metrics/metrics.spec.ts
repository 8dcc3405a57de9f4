import { expect, it } from 'vitest';
import { count, gauge, metricsText, observe, onScrape, timed } from './metrics.js';
import { METRICS } from './table.js';

it('shows counts, durations and what is collected at the look', async () => {
  count('kontor_answers_total', { status: 'answered' });
  count('kontor_answers_total', { status: 'answered' }, 2);
  observe('kontor_search_seconds', { leg: 'dense' }, 0.03);
  await expect(timed('kontor_search_seconds', { leg: 'lexical' }, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  const end = onScrape(['kontor_queue_jobs'], () => Promise.resolve(() => gauge('kontor_queue_jobs', { queue: 'inference', state: 'waiting' }, 7)));
  const { text, type } = await metricsText();
  expect(type).toContain('text/plain');
  expect(text).toContain('kontor_answers_total{status="answered"} 3');
  expect(text).toContain('kontor_search_seconds_bucket{le="0.025",leg="dense"} 0');
  expect(text).toContain('kontor_search_seconds_bucket{le="0.05",leg="dense"} 1');
  expect(text).toContain('kontor_search_seconds_count{leg="lexical"} 1');
  expect(text).toContain('kontor_queue_jobs{queue="inference",state="waiting"} 7');
  expect(text).toContain('process_resident_memory_bytes');
  end();
});

it('gives the rest where one collector fails, and of that one nothing that was true before', async () => {
  let queue = 'inference';
  const end = onScrape(['kontor_queue_oldest_seconds'], () => (queue ? Promise.resolve(() => gauge('kontor_queue_oldest_seconds', { queue }, 7)) : Promise.reject(new Error('the server is gone'))));
  expect((await metricsText()).text).toContain('kontor_queue_oldest_seconds{queue="inference"} 7');
  queue = 'imports';
  const { text } = await metricsText();
  expect([text.includes('queue="imports"'), text.includes('kontor_queue_oldest_seconds{queue="inference"}')]).toEqual([true, false]);
  const endWaiting = onScrape(['kontor_outbox_waiting'], () => (queue ? Promise.resolve(() => gauge('kontor_outbox_waiting', {}, 7)) : Promise.reject(new Error('the server is gone'))));
  expect((await metricsText()).text).toContain('kontor_outbox_waiting 7');
  queue = '';
  const unseen = (await metricsText()).text;
  expect([unseen.includes('kontor_queue_oldest_seconds{'), /^kontor_outbox_waiting /m.test(unseen)]).toEqual([false, false]);
  await expect(metricsText()).resolves.toMatchObject({ text: expect.stringContaining('process_cpu_seconds_total') as string });
  end();
  endWaiting();
});

it('has names as Prometheus wants them: base units, counters that end with total', () => {
  for (const [name, { kind, labels }] of Object.entries(METRICS)) {
    expect(name).toMatch(/^kontor_[a-z_]+$/);
    expect(name.endsWith('_total'), name).toBe(kind === 'counter');
    if (kind === 'histogram') expect(name).toMatch(/_seconds$/);
    for (const label of labels) expect(label).not.toMatch(/person|user|document|question|tenant|^job$|^instance$/);
  }
});
