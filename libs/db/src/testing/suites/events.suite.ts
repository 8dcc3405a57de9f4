import { describe, expect, it } from 'vitest';
import type { EventPayload, KontorEvent } from '@kontor/contracts';
import { newId } from '@kontor/kernel';
import { activeTraceParent, inTrace, silentLogger, startTracing } from '@kontor/observability';
import { startTraceReceiver } from '@kontor/observability/testing';
import type { WorkerTx } from '../../database.js';
import * as outbox from '../../repositories/outbox.js';
import * as projections from '../../repositories/projections.js';
import { freshTenant } from '../factories.js';
import type { FreshDatabase } from '../fresh-database.js';

const LIMITS = { aggregatesMax: 9, eventsMax: 9 };

function audited(auditId: string, outcome: 'begun' | 'done' | 'failed', createdAt: string): KontorEvent<'audit.recorded'> {
  const payload: EventPayload<'audit.recorded'> = { auditId, actor: 'ada', action: 'models.use', target: 'qwen', outcome, code: outcome === 'failed' ? 'model.unknown' : null };
  return { id: newId(), tenant: 't', aggregate: auditId, type: 'audit.recorded', payload, createdAt };
}

export function describeEvents(context: () => FreshDatabase): void {
  const inTenant = (tenant = freshTenant()) => <T>(work: (tx: WorkerTx) => Promise<T>) => context().database.worker(tenant, work);
  const changed = (tx: WorkerTx, corpusId: string, aggregate = 'corpus-1') => outbox.announce(tx, aggregate, 'access.changed', { corpusId });
  const corporaOf = (events: KontorEvent[]) => events.map((event) => (event.payload as { corpusId: string }).corpusId);

  describe('outbox', () => {
    it('keeps the order in which events were written, whatever the clock of their ids says', async () => {
      const worker = inTenant();
      await worker((tx) => changed(tx, 'first'));
      await worker((tx) => tx.query(`INSERT INTO outbox (tenant, id, aggregate, type, payload) VALUES ($1, $2, 'corpus-1', 'access.changed', '{"corpusId": "second"}')`, [tx.tenant, newId(1_000)]));
      expect(corporaOf(await worker((tx) => outbox.waitingEvents(tx, 9)))).toEqual(['first', 'second']);
      expect(corporaOf(await worker((tx) => outbox.claimEvents(tx, LIMITS)))).toEqual(['first', 'second']);
    });

    it('keeps the trace in which an event was announced, and tells of the transaction in it', async () => {
      const receiver = await startTraceReceiver();
      const tracing = await startTracing({ url: receiver.url, sample: 1, text: false }, { service: 'spec', logger: silentLogger });
      const worker = inTenant();
      let announcedIn: string | undefined;
      await inTrace('request', {}, () => worker(async (tx) => {
        announcedIn = activeTraceParent();
        await changed(tx, 'traced');
      }));
      await worker((tx) => changed(tx, 'untraced'));
      const events = await worker((tx) => outbox.waitingEvents(tx, 9));
      await tracing.close();
      await receiver.close();
      expect(events.map(({ traceparent }) => traceparent)).toEqual([announcedIn, undefined]);
      const [transaction, request] = receiver.spans;
      expect(transaction).toMatchObject({ name: 'transaction background', parentSpanId: request!.spanId, attributes: { 'db.system.name': 'postgresql', 'kontor.db.statements': 2 } });
      expect(receiver.spans.map(({ name }) => name)).toEqual(['transaction background', 'request']);
    });

    it('lets as many aggregates and events be claimed as asked for, the oldest first', async () => {
      const worker = inTenant();
      for (const [corpusId, aggregate] of [['a1', 'a'], ['b1', 'b'], ['a2', 'a'], ['c1', 'c']] as const) await worker((tx) => changed(tx, corpusId, aggregate));
      expect(corporaOf(await worker((tx) => outbox.claimEvents(tx, { aggregatesMax: 2, eventsMax: 9 })))).toEqual(['a1', 'b1', 'a2']);
      expect(corporaOf(await worker((tx) => outbox.claimEvents(tx, { aggregatesMax: 9, eventsMax: 2 })))).toEqual(['a1', 'b1']);
    });

    it('takes what can never be published out of the way, tells of it, and lets it wait again', async () => {
      const worker = inTenant();
      for (const corpusId of ['large', 'behind']) await worker((tx) => changed(tx, corpusId));
      const [large] = await worker((tx) => outbox.waitingEvents(tx, 1));
      await worker((tx) => outbox.refuseEvent(tx, large!.id, 'event.too_large'));
      expect(corporaOf(await worker((tx) => outbox.claimEvents(tx, LIMITS)))).toEqual(['behind']);
      expect(await worker((tx) => outbox.readLag(tx))).toMatchObject({ waiting: 1, refused: 1 });
      expect(await worker((tx) => outbox.retryRefused(tx))).toBe(1);
      expect(corporaOf(await worker((tx) => outbox.waitingEvents(tx, 9)))).toEqual(['large', 'behind']);
    });

    it('says how many wait and since when, and nothing of another tenant', async () => {
      const worker = inTenant();
      expect(await worker((tx) => outbox.readLag(tx))).toEqual({ waiting: 0, oldestMs: 0, refused: 0 });
      await worker((tx) => changed(tx, 'a'));
      await new Promise((wake) => setTimeout(wake, 30));
      const { waiting, oldestMs } = await worker((tx) => outbox.readLag(tx));
      expect([waiting, oldestMs >= 30 && oldestMs < 30_000]).toEqual([1, true]);
      expect(await inTenant()((tx) => outbox.readLag(tx))).toMatchObject({ waiting: 0 });
      expect(await inTenant()((tx) => outbox.claimEvents(tx, LIMITS))).toEqual([]);
    });
  });

  describe('projections', () => {
    it('take an event once a consumer, unless what they did with it was undone', async () => {
      const worker = inTenant();
      const id = newId();
      await worker(async (tx) => {
        await projections.takeEvent(tx, 'audit', id);
        throw new Error('undone');
      }).catch(() => undefined);
      const taken: boolean[] = [];
      for (const consumer of ['audit', 'audit', 'usage']) taken.push(await worker((tx) => projections.takeEvent(tx, consumer, id)));
      expect(taken).toEqual([true, false, true]);
      await worker((tx) => projections.forgetTaken(tx, 60_000));
      expect(await worker((tx) => projections.takeEvent(tx, 'audit', id))).toBe(false);
      await worker((tx) => projections.forgetTaken(tx, 0));
      expect(await worker((tx) => projections.takeEvent(tx, 'audit', id))).toBe(true);
    });

    it('keep what an administrator began and how it ended, the newest first, and never back again', async () => {
      const [worker, first, second] = [inTenant(), newId(), newId()];
      const [at, later] = ['2026-03-01T10:00:00.000Z', '2026-03-01T10:00:05.000Z'];
      for (const event of [audited(first, 'begun', at), audited(second, 'begun', later), audited(first, 'failed', later), audited(first, 'begun', at)]) await worker((tx) => projections.recordAudit(tx, event));
      expect(await worker((tx) => projections.listAudit(tx, 9))).toEqual([
        { id: second, actor: 'ada', action: 'models.use', target: 'qwen', outcome: 'begun', code: null, begunAt: later, endedAt: null },
        { id: first, actor: 'ada', action: 'models.use', target: 'qwen', outcome: 'failed', code: 'model.unknown', begunAt: at, endedAt: later },
      ]);
      expect(await inTenant()((tx) => projections.listAudit(tx, 9))).toEqual([]);
    });

    it('count questions and answers of a day', async () => {
      const worker = inTenant();
      for (const what of ['questions', 'questions', 'answered', projections.usageOf({ status: 'abstained' })!] as const) await worker((tx) => projections.countUsage(tx, '2026-03-01T23:59:59.999Z', what));
      await worker((tx) => projections.countUsage(tx, '2026-03-02T00:00:00.000Z', 'stopped'));
      for (const [what, by] of [['helpful', 1], ['helpful', -1], ['unhelpful', 1]] as const) await worker((tx) => projections.countUsage(tx, '2026-03-02T09:00:00.000Z', what, by));
      const none = { questions: 0, answered: 0, abstained: 0, stopped: 0, failed: 0, helpful: 0, unhelpful: 0 };
      expect(await worker((tx) => projections.readUsage(tx, 9))).toEqual([{ ...none, day: '2026-03-02', stopped: 1, unhelpful: 1 }, { ...none, day: '2026-03-01', questions: 2, answered: 1, abstained: 1 }]);
      expect(projections.usageOf({ status: 'unheard of' })).toBeNull();
      expect(await inTenant()((tx) => projections.readUsage(tx, 9))).toEqual([]);
    });
  });
}
