import { afterEach, expect, it, vi } from 'vitest';
import { KontorApi } from './kontor-api.js';
import { newTrace } from './trace.js';

const sent: Record<string, string>[] = [];
afterEach(() => {
  sent.length = 0;
  vi.unstubAllGlobals();
});

it('names one trace for a question and the connections of its answer, and another one for everything else', async () => {
  vi.stubGlobal('fetch', (_url: string, init: RequestInit) => {
    sent.push(init.headers as Record<string, string>);
    return Promise.resolve(new Response('[]'));
  });
  const [api, trace, signal] = [new KontorApi('/api'), newTrace(), new AbortController().signal];
  await api.ask('c', 'q', signal, trace);
  await api.resume('m', '7', signal, trace);
  await api.conversations();
  const parts = sent.map(({ traceparent }) => /^00-([\da-f]{32})-([\da-f]{16})-00$/.exec(traceparent!)!);
  expect(parts.map(([, id]) => id === trace.id)).toEqual([true, true, false]);
  expect(new Set(parts.map(([, , span]) => span)).size).toBe(3);
  expect(sent[0]).toHaveProperty('content-type', 'application/json');
  expect(sent[1]).toHaveProperty('last-event-id', '7');
});
