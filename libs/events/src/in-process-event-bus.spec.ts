import { describe, expect, it } from 'vitest';
import type { KontorEvent } from '@kontor/contracts';
import { InProcessEventBus } from './in-process-event-bus.js';
import { type OutboxReader, startOutboxRelay } from './outbox-relay.js';
import { describeEventBus, removedEvent } from './testing/event-bus.suite.js';
import { MemoryOutbox } from './testing/memory-outbox.js';

function open(attemptsMax?: number) {
  const bus = new InProcessEventBus();
  const outbox = new MemoryOutbox();
  const relay = startOutboxRelay(outbox, bus, { intervalMs: 10, ...(attemptsMax === undefined ? {} : { attemptsMax }) });
  return { bus, outbox, announce: (event: KontorEvent) => void outbox.rows.push(event), close: () => relay.close(), relay };
}

describeEventBus('in process, fed by the outbox', () => Promise.resolve(open()));

describe('outbox relay', () => {
  it('gives up on an event that nobody can take, so that those behind it get through', async () => {
    const { bus, outbox, announce, close } = open(3);
    const tried: string[] = [];
    bus.subscribe('document.removed', ({ payload }) => {
      tried.push(payload.documentId);
      return payload.documentId === 'poison' ? Promise.reject(new Error('never')) : Promise.resolve();
    }, { consumer: 'spec' });
    announce(removedEvent('poison'));
    announce(removedEvent('behind'));
    await expect.poll(() => tried).toEqual(['poison', 'poison', 'poison', 'behind']);
    await expect.poll(() => outbox.rows).toEqual([]);
    await close();
  });

  it('deletes what was published long ago, and not at every look', async () => {
    const { outbox, announce, close } = open();
    announce(removedEvent('a'));
    await expect.poll(() => outbox.rows).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await close();
    expect(outbox.removals).toEqual([86_400_000]);
  });

  it('lets other aggregates pass one that waits', async () => {
    const { bus, announce, close } = open();
    const taken: string[] = [];
    bus.subscribe('document.removed', ({ payload }) => (payload.documentId === 'stuck' ? Promise.reject(new Error('not now')) : Promise.resolve(void taken.push(payload.documentId))), { consumer: 'spec' });
    announce(removedEvent('stuck', 'corpus-1'));
    announce(removedEvent('waits', 'corpus-1'));
    announce(removedEvent('passes', 'corpus-2'));
    await expect.poll(() => taken).toEqual(['passes']);
    await close();
    expect(taken).toEqual(['passes']);
  });

  it('goes on after the store failed once', async () => {
    const bus = new InProcessEventBus();
    const outbox = new MemoryOutbox();
    let failures = 1;
    const reader: OutboxReader = { waiting: (limit) => (failures-- > 0 ? Promise.reject(new Error('store closed')) : outbox.waiting(limit)), markPublished: (ids) => outbox.markPublished(ids), removePublished: () => Promise.resolve() };
    const seen: string[] = [];
    bus.subscribe('document.removed', ({ payload }) => Promise.resolve(void seen.push(payload.documentId)), { consumer: 'spec' });
    outbox.rows.push(removedEvent('a'));
    const relay = startOutboxRelay(reader, bus, { intervalMs: 10 });
    await expect.poll(() => seen).toEqual(['a']);
    await relay.close();
  });
});

describe('InProcessEventBus', () => {
  it('refuses a payload that does not fit its event', async () => {
    const event = { ...removedEvent('a'), payload: { documentId: 4 } } as unknown as KontorEvent;
    await expect(new InProcessEventBus().publish(event)).rejects.toMatchObject({ code: 'event.invalid_payload' });
  });

  it('refuses a second handler under one consumer name: it would miss what the first has seen', () => {
    const bus = new InProcessEventBus();
    bus.subscribe('document.removed', () => Promise.resolve(), { consumer: 'spec' });
    expect(() => bus.subscribe('document.removed', () => Promise.resolve(), { consumer: 'spec' })).toThrow(/consumer name of its own/);
  });
});
