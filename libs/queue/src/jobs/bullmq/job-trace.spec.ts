import { expect, it } from 'vitest';
import { jobs } from '@kontor/contracts';
import type { BullJob } from './backend.js';
import { traceOf } from './job-trace.js';

const TRACE = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const job = (metadata: string | undefined, name = 'answer.generate') => ({ name, id: 'a', attemptsMade: 1, opts: metadata === undefined ? {} : { telemetry: { metadata } } }) as unknown as BullJob;
const carried = (version: number) => JSON.stringify({ version, traceparent: TRACE });

it('joins the trace of who added the job, or is one of its own that points there', () => {
  expect(traceOf(job(carried(1)), jobs['answer.generate'])).toMatchObject({ parent: TRACE, kind: 'consumer', attributes: { 'messaging.destination.name': 'inference', 'kontor.job.attempt': 2 } });
  const own = traceOf(job(carried(1), 'document.ingest'), jobs['document.ingest']);
  expect([own.parent, own.comesFrom]).toEqual([undefined, TRACE]);
});

it.each([undefined, '', 'garbage', '[]', carried(2), '{"version":1}', '{"version":1,"traceparent":7}'])('takes a job that carries %s for one without a trace', (metadata) => {
  expect(traceOf(job(metadata), jobs['answer.generate']).parent).toBeUndefined();
});

it('keeps names that nobody knows out of the trace', () => {
  expect(JSON.stringify(traceOf(job(undefined, 'Wann zieht die Fertigung um?'), undefined))).not.toContain('Fertigung');
});
