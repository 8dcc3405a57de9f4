import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KontorEvent } from '@kontor/contracts';
import { newId } from '@kontor/kernel';
import { activeTraceParent, silentLogger, startTracing } from '@kontor/observability';
import { startTraceReceiver } from '@kontor/observability/testing';
import type { EventBus } from '../event-bus.js';

export interface EventBusHarness {
  bus: EventBus;
  /** Writes an event where changes announce it. */
  announce(event: KontorEvent): void;
  close(): Promise<void>;
}

export function removedEvent(documentId: string, aggregate = 'corpus-1'): KontorEvent<'document.removed'> {
  return { id: newId(), tenant: 't', aggregate, type: 'document.removed', payload: { corpusId: aggregate, documentId }, createdAt: new Date().toISOString() };
}

/** What every adapter of the event bus keeps, from the outbox to the consumers. */
export function describeEventBus(name: string, make: () => Promise<EventBusHarness>): void {
  describe(`event bus: ${name}`, () => {
    let harness: EventBusHarness;
    let consumer: string;
    beforeEach(async () => {
      harness = await make();
      consumer = `consumer-${newId()}`;
    });
    afterEach(() => harness.close());
    const listen = (who: string, take: (documentId: string) => void = () => undefined): string[] => {
      const seen: string[] = [];
      harness.bus.subscribe('document.removed', async ({ payload }) => {
        take(payload.documentId);
        seen.push(payload.documentId);
      }, { consumer: who });
      return seen;
    };
    const settle = () => new Promise((resolve) => setTimeout(resolve, 200));

    it('lets a consumer go on with the trace in which an event was announced', async () => {
      const receiver = await startTraceReceiver();
      const tracing = await startTracing({ url: receiver.url, sample: 1, text: false }, { service: 'spec', logger: silentLogger });
      const traces: (string | undefined)[] = [];
      listen(consumer, () => traces.push(activeTraceParent()?.slice(3, 35)));
      const announced = '4bf92f3577b34da6a3ce929d0e0e4736';
      harness.announce({ ...removedEvent('a'), traceparent: `00-${announced}-00f067aa0ba902b7-01` });
      harness.announce(removedEvent('b'));
      await expect.poll(() => traces.length, { timeout: 30_000 }).toBe(2);
      expect([traces[0], traces[1] === announced]).toEqual([announced, false]);
      await tracing.close();
      await receiver.close();
      const consumed = receiver.spans.find(({ traceId, kind }) => traceId === announced && kind === 5)!;
      expect(consumed.attributes).toMatchObject({ 'messaging.consumer.group.name': expect.stringContaining(consumer) as string, 'kontor.event.type': 'document.removed' });
      const sent = receiver.spans.find(({ kind }) => kind === 4);
      expect([consumed.parentSpanId, sent?.parentSpanId ?? '00f067aa0ba902b7']).toEqual([sent?.spanId ?? '00f067aa0ba902b7', '00f067aa0ba902b7']);
    });

    it('brings each event to every consumer of its type, and to no other', async () => {
      const seen = [listen(`${consumer}-1`), listen(`${consumer}-2`)];
      const others: unknown[] = [];
      harness.bus.subscribe('access.changed', (event) => Promise.resolve(void others.push(event)), { consumer });
      harness.announce(removedEvent('a'));
      await expect.poll(() => seen, { timeout: 10_000 }).toEqual([['a'], ['a']]);
      expect(others).toEqual([]);
    });

    it('keeps the order within an aggregate', async () => {
      const seen = listen(consumer);
      const documents = Array.from({ length: 250 }, (_, index) => String(index));
      for (const document of documents) harness.announce(removedEvent(document));
      await expect.poll(() => seen.length, { timeout: 10_000 }).toBe(250);
      expect(seen).toEqual(documents);
    });

    it('brings an event once, though it was announced twice', async () => {
      const seen = listen(consumer);
      const event = removedEvent('a');
      harness.announce(event);
      harness.announce(event);
      harness.announce(removedEvent('b'));
      await expect.poll(() => seen.includes('b'), { timeout: 10_000 }).toBe(true);
      await settle();
      expect(seen).toEqual(['a', 'b']);
    });

    it('comes again to a consumer that failed, and only to that one, before what follows', async () => {
      let failures = 0;
      const failing = listen(`${consumer}-failing`, (document) => {
        if (document === 'a' && (failures += 1) <= 2) throw new Error('not now');
      });
      const steady = listen(`${consumer}-steady`);
      harness.announce(removedEvent('a'));
      harness.announce(removedEvent('b'));
      await expect.poll(() => failing, { timeout: 10_000 }).toEqual(['a', 'b']);
      await expect.poll(() => steady, { timeout: 10_000 }).toEqual(['a', 'b']);
    });

    it('brings nothing to who has unsubscribed', async () => {
      const seen: unknown[] = [];
      harness.bus.subscribe('document.removed', (event) => Promise.resolve(void seen.push(event)), { consumer })();
      harness.announce(removedEvent('a'));
      await settle();
      expect(seen).toEqual([]);
    });
  });
}
