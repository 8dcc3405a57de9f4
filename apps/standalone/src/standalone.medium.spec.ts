import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadConfig } from '@kontor/config';
import { outbox } from '@kontor/db';
import { startTraceReceiver } from '@kontor/observability/testing';
import { openWorld } from '@kontor/testing';
import { TENANT } from './composition.js';
import { startStandalone } from './standalone.js';

let home: string;
/** Without models, as on a machine that reaches no source of them. */
const start = (port = 0, more: Record<string, string> = {}) => startStandalone({ config: loadConfig({ KONTOR_HOME: home, KONTOR_PORT: String(port), KONTOR_MODEL_SOURCES: 'local', KONTOR_LOG_LEVEL: 'silent', ...more }) });

// Making a store takes most of the time, so the cases share one.
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'kontor-standalone-'));
  await (await start()).close();
});
afterAll(() => rm(home, { recursive: true, force: true }));

it('brings what happens to whoever listens, and keeps for the next start what nobody has heard yet', async () => {
  const folder = join(home, 'documents');
  await mkdir(folder);
  await writeFile(join(folder, 'leave.md'), '# Leave\n\nEvery employee has thirty days of leave a year.\n');
  const kontor = await start();
  const heard: unknown[] = [];
  kontor.events.subscribe('document.indexed', ({ payload }) => Promise.resolve(void heard.push(payload.chunks)), { consumer: 'spec' });
  await kontor.imports.start({ directory: folder, corpus: 'handbook' });
  await expect.poll(() => heard, { timeout: 30_000 }).toEqual([1]);
  await kontor.close();
  const world = await openWorld(join(home, 'data'));
  await world.database.worker(TENANT, (tx) => outbox.announce(tx, 'corpus-1', 'access.changed', { corpusId: 'corpus-1' }));
  await world.end();
  const again = await start();
  const changed: unknown[] = [];
  again.events.subscribe('access.changed', ({ payload }) => Promise.resolve(void changed.push(payload.corpusId)), { consumer: 'spec' });
  await expect.poll(() => changed, { timeout: 30_000 }).toEqual(['corpus-1']);
  await again.close();
});

it('shows an import as traces, from the request through queue and database to who hears of it', async () => {
  const folder = join(home, 'traced');
  await mkdir(folder);
  await writeFile(join(folder, 'leave.md'), '# Leave\n\nEvery employee has thirty days of leave a year.\n');
  const receiver = await startTraceReceiver();
  const kontor = await start(0, { KONTOR_TRACES_URL: receiver.url });
  let heard = false;
  kontor.events.subscribe('document.indexed', () => Promise.resolve(void (heard = true)), { consumer: 'spec' });
  const headers = { authorization: `Bearer ${kontor.address.token}`, 'content-type': 'application/json' };
  const asked = await fetch(`${kontor.address.baseUrl}/api/admin/imports`, { method: 'POST', headers, body: JSON.stringify({ directory: folder, corpus: 'traced' }) });
  expect(asked.ok).toBe(true);
  await expect.poll(() => heard, { timeout: 30_000 }).toBe(true);
  await kontor.close();
  await receiver.close();
  const named = (name: string) => receiver.spans.find((span) => span.name === name) ?? expect.fail(`no span ${name}`);
  expect([named('send imports').parentSpanId, named('process imports').parentSpanId]).toEqual([named('POST /api/admin/imports').spanId, named('send imports').spanId]);
  // A document is a trace of its own that points to the job which found it.
  const document = named('process ingestion');
  expect(document.links).toMatchObject([{ traceId: named('process imports').traceId, spanId: named('process imports').spanId }]);
  expect(named('read document').parentSpanId).toBe(document.spanId);
  expect(named('process document.indexed').traceId).toBe(document.traceId);
  expect(receiver.spans.some(({ parentSpanId, name }) => name === 'transaction background' && parentSpanId === named('index document').spanId)).toBe(true);
  expect(receiver.bodies.join()).not.toMatch(/leave/i);
});

it('gives the store free again when something keeps it from starting', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  await expect(start((taken.address() as AddressInfo).port)).rejects.toMatchObject({ code: 'http.port_in_use' });
  taken.close();
  await (await start()).close();
});
