export type { EventBus, EventHandler, SubscribeOptions } from './event-bus.js';
export { InProcessEventBus } from './in-process-event-bus.js';
export { type OutboxReader, type OutboxRelay, type RelayOptions, startOutboxRelay } from './outbox-relay.js';
