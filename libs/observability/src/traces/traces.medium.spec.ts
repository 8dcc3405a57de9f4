import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '@kontor/kernel';
import { createLogger } from '../logger.js';
import { timed } from '../metrics/metrics.js';
import { startTraceReceiver, type TraceReceiver } from '../testing/index.js';
import { beginTrace, inSpan, inTrace } from './span.js';
import { startTracing, type Tracing, type TracingSettings } from './start-tracing.js';
import { activeTraceParent } from './trace-parent.js';
import { textAttributes } from './traced-text.js';

let receiver: TraceReceiver;
let tracing: Tracing;
let lines: Record<string, unknown>[];
const logger = createLogger({ level: 'info', text: false, stream: { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) } });
const start = async (settings: Partial<TracingSettings> = {}): Promise<void> => void (tracing = await startTracing({ url: receiver.url, sample: 1, text: false, ...settings }, { service: 'spec', logger }));
beforeEach(async () => {
  lines = [];
  receiver = await startTraceReceiver();
});
afterEach(async () => {
  await tracing.close();
  await receiver.close();
});

const REMOTE = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };
const remote = (flags = '01') => `00-${REMOTE.traceId}-${REMOTE.spanId}-${flags}`;
const spanNamed = (name: string) => receiver.spans.find((span) => span.name === name);

describe('traces', () => {
  it('reach the receiver as one tree, with what failed and by which code', async () => {
    await start();
    let carried: string | undefined;
    const failing = inTrace('outer', { parent: remote(), kind: 'server', attributes: { 'http.route': '/api/ask' } }, () =>
      timed('kontor_search_seconds', { leg: 'dense' }, () => inSpan('inner', {}, () => {
        carried = activeTraceParent();
        return Promise.reject(new AppError('store.timeout', { message: 'It took too long.' }));
      })));
    await expect(failing).rejects.toMatchObject({ code: 'store.timeout' });
    await tracing.close();
    const [inner, search, outer] = ['inner', 'search dense', 'outer'].map((name) => spanNamed(name)!);
    expect([inner!.parentSpanId, search!.parentSpanId, outer!.parentSpanId]).toEqual([search!.spanId, outer!.spanId, REMOTE.spanId]);
    expect(new Set(receiver.spans.map(({ traceId }) => traceId))).toEqual(new Set([REMOTE.traceId]));
    expect(outer).toMatchObject({ service: 'spec', kind: 2, attributes: { 'http.route': '/api/ask', 'error.type': 'store.timeout' }, status: { code: 2, message: 'It took too long.' } });
    expect(carried).toBe(`00-${REMOTE.traceId}-${inner!.spanId}-01`);
  });

  it('begin only where something begins one, and join none that cannot be read', async () => {
    await start();
    await inSpan('alone', {}, () => Promise.resolve(expect(activeTraceParent()).toBeUndefined()));
    for (const parent of ['garbage', `00-${'0'.repeat(32)}-${REMOTE.spanId}-01`, `ff${remote().slice(2)}`, 7, undefined]) await inTrace('begun', { parent }, () => Promise.resolve());
    await inTrace('linked', { comesFrom: remote() }, () => Promise.resolve());
    await tracing.close();
    expect(receiver.spans.map(({ name }) => name)).toEqual([...Array.from({ length: 5 }, () => 'begun'), 'linked']);
    expect(receiver.spans.every(({ parentSpanId, traceId }) => !parentSpanId && traceId !== REMOTE.traceId)).toBe(true);
    expect(spanNamed('linked')!.links).toMatchObject([REMOTE]);
  });

  it('are kept by the share that the operator set, whatever a browser asks for', async () => {
    await start({ sample: 0 });
    await inTrace('asked for', { parent: remote('01') }, () => Promise.resolve());
    await tracing.close();
    await start({ sample: 1 });
    await inTrace('not asked for', { parent: remote('00') }, () => Promise.resolve());
    await tracing.close();
    expect(receiver.spans.map(({ name }) => name)).toEqual(['not asked for']);
  });

  it('hold what people wrote only where the operator opted in', async () => {
    const fail = () => inTrace('work', {}, () => inSpan('model', { attributes: textAttributes(() => ({ 'gen_ai.input.messages': 'Wann zieht die Fertigung um?' })) }, () => {
      throw new Error(`cannot parse "${'Wann zieht die Fertigung um? '.repeat(3)}"`);
    })).catch(() => undefined);
    await start();
    await fail();
    await tracing.close();
    expect(receiver.bodies.join()).not.toContain('Fertigung');
    await start({ text: true });
    await fail();
    await tracing.close();
    expect(receiver.bodies.join().match(/Fertigung/g)!.length).toBeGreaterThan(2);
  });

  it('are named by every line of the log that is written amid them', async () => {
    await start();
    const span = beginTrace('work', { parent: remote() });
    span.run(() => logger.info('amid'));
    span.end();
    logger.info('behind');
    await tracing.close();
    expect(lines.map(({ msg, trace_id, span_id }) => [msg, trace_id, span_id])).toEqual([['amid', REMOTE.traceId, spanNamed('work')!.spanId], ['behind', undefined, undefined]]);
  });
});

describe('a receiver that is away', () => {
  it('costs one warning, no time, and nothing at the end', async () => {
    const { url } = receiver;
    await receiver.close();
    await start();
    const startedMs = performance.now();
    for (let i = 0; i < 6_000; i += 1) await inTrace('work', {}, () => Promise.resolve());
    expect(performance.now() - startedMs).toBeLessThan(3_000);
    await expect.poll(() => lines.length, { timeout: 12_000 }).toBe(1);
    expect(lines[0]).toMatchObject({ level: 40, code: 'traces.not_taken' });
    expect(JSON.stringify(lines)).not.toContain(new URL(url).host);
    const closingMs = performance.now();
    await tracing.close();
    expect(performance.now() - closingMs).toBeLessThan(2_500);
    expect(lines.length).toBe(1);
  });

  it('is told of again when it came back', async () => {
    receiver.status = 400;
    await start();
    for (const last of ['refused', 'refused again', 'taken']) {
      if (last === 'taken') receiver.status = 200;
      const before = receiver.requests;
      await inTrace(last, {}, () => Promise.resolve());
      await expect.poll(() => receiver.requests, { timeout: 5_000 }).toBeGreaterThan(before);
      await pause(50);
    }
    expect(receiver.spans.map(({ name }) => name)).toEqual(['taken']);
    expect(lines.map(({ msg }) => String(msg).slice(0, 15))).toEqual(['traces are lost', 'traces are take']);
  });
});

it('traces nothing where no receiver is named', async () => {
  await start({ url: undefined } as Partial<TracingSettings>);
  await inTrace('work', { parent: remote() }, () => Promise.resolve(expect(activeTraceParent()).toBeUndefined()));
  logger.info('plain');
  expect(lines[0]).not.toHaveProperty('trace_id');
});
