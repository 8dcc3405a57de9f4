import { type EventType, events, type KontorEvent } from '@kontor/contracts';
import { AppError, newId } from '@kontor/kernel';
import type { EventBus, EventHandler, EventWatch, SubscribeOptions } from './event-bus.js';
import { inConsumption } from './event-trace.js';
import { Seen } from './seen.js';

interface Subscription {
  type: EventType;
  consumer: string;
  handle: EventHandler<EventType>;
  seen: Seen;
}

/** The event bus of the embedded shape. `publish` returns when every consumer is done, so that a failure reaches the relay. */
export class InProcessEventBus implements EventBus, EventWatch {
  private subscriptions: Subscription[] = [];

  async publish(event: KontorEvent): Promise<void> {
    const payload = events[event.type]?.safeParse(event.payload);
    if (!payload?.success) throw new AppError('event.invalid_payload', { message: `The payload does not fit the event "${event.type}".`, details: { id: event.id } });
    const parsed = { ...event, payload: payload.data };
    const waiting = this.subscriptions.filter((subscription) => subscription.type === event.type && !subscription.seen.has(event.id));
    const results = await Promise.allSettled(waiting.map((subscription) => this.deliver(subscription, parsed)));
    const failed = results.flatMap((result, index) => (result.status === 'rejected' ? [{ consumer: waiting[index]?.consumer, reason: result.reason as unknown }] : []));
    if (failed.length === 0) return;
    const consumers = failed.map(({ consumer }) => consumer).join(', ');
    throw new AppError('event.undelivered', { retry: 'later', message: `Not every consumer of "${event.type}" took it: ${consumers}.`, details: { id: event.id }, cause: failed[0]?.reason });
  }

  subscribe<Type extends EventType>(type: Type, handler: EventHandler<Type>, { consumer }: SubscribeOptions): () => void {
    if (this.subscriptions.some((subscription) => subscription.type === type && subscription.consumer === consumer)) {
      throw new AppError('event.duplicate_consumer', { message: `"${consumer}" listens to "${type}" already. Give the second handler a consumer name of its own.` });
    }
    const subscription: Subscription = { type, consumer, handle: handler as unknown as EventHandler<EventType>, seen: new Seen() };
    this.subscriptions.push(subscription);
    return () => (this.subscriptions = this.subscriptions.filter((other) => other !== subscription));
  }

  watch<Type extends EventType>(type: Type, seen: (event: KontorEvent<Type>) => void): () => void {
    return this.subscribe(type, (event) => Promise.resolve(seen(event)), { consumer: `watch.${newId()}` });
  }

  close(): Promise<void> {
    this.subscriptions = [];
    return Promise.resolve();
  }

  private async deliver(subscription: Subscription, event: KontorEvent): Promise<void> {
    await inConsumption(event, { consumer: subscription.consumer, destination: event.type, system: 'kontor' }, () => subscription.handle(event));
    // Only now: a consumer that failed gets the event again.
    subscription.seen.add(event.id);
  }
}
