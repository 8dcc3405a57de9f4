export type { EventBus, EventHandler, EventSource, EventWatch, SubscribeOptions } from './event-bus.js';
export { InProcessEventBus } from './in-process-event-bus.js';
export type { DeadLetter } from './kafka/dead-letter.js';
export { type DeadLetterChoice, type DeadLetters, openDeadLetters } from './kafka/dead-letters.js';
export { type KafkaBusOptions, type KafkaEventBus, openKafkaEventBus, type Refused } from './kafka/kafka-event-bus.js';
export type { KafkaSettings } from './kafka/kafka-client.js';
export { watchKafka } from './kafka/kafka-watch.js';
export { type OutboxReader, type OutboxRelay, type RelayOptions, startOutboxRelay } from './outbox-relay.js';
