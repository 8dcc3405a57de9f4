import type { Consumer, EachMessagePayload, Kafka, KafkaMessage } from 'kafkajs';
import { deadTopicOf, isEventType, topicKindOf, topicName, type EventType, type KontorEvent } from '@kontor/contracts';
import { AppError } from '@kontor/kernel';
import { count, withCorrelation, type Logger } from '@kontor/observability';
import type { EventHandler } from '../event-bus.js';
import { inConsumption } from '../event-trace.js';
import { Seen } from '../seen.js';
import { deadLetter, header, readHeader } from './dead-letter.js';
import { decode, TRACE_HEADER, TYPE_HEADER } from './event-message.js';
import type { EventProducer } from './event-producer.js';
import { kafkaError } from './kafka-error.js';
import { retrying, type RetryTerms } from './retry.js';

const HEARTBEAT_MS = 3_000;
const REBALANCE_MS = 60_000;
const FETCH_WAIT_MS = 500;
const RESTART_MS = 1_000;
/** An event that is tried again holds up its partition; so many others go on beside it. */
const PARTITIONS_AT_ONCE = 4;
const COMMIT_EVERY = { autoCommitInterval: 1_000, autoCommitThreshold: 100 };

export interface ConsumerParts {
  kafka: Kafka;
  producer: EventProducer;
  prefix: string;
  retry: RetryTerms;
  /** After so long without a heartbeat a consumer counts as dead; handlers may take longer, heartbeats go on beside them. */
  sessionMs: number;
  logger: Logger;
}

interface Place {
  topic: string;
  partition: number;
}

/** Everything that one consumer name listens to, as one consumer group. It starts again for as long as it is not closed. */
export class KafkaConsumer {
  private readonly handlers = new Map<EventType, EventHandler<EventType>>();
  private readonly seen = new Seen();
  /** Aborted when the group is left: who waits for another attempt then stops waiting. */
  private leaving = new AbortController();
  private closed = false;
  private running: Consumer | null = null;
  private subscribed = '';
  /** Starts and ends follow each other; two at once would leave one behind that nobody knows. */
  private turn: Promise<void> = Promise.resolve();

  constructor(
    readonly name: string,
    private readonly parts: ConsumerParts,
  ) {}

  get isIdle(): boolean {
    return this.handlers.size === 0;
  }

  has(type: EventType): boolean {
    return this.handlers.has(type);
  }

  add(type: EventType, handler: EventHandler<EventType>): void {
    this.handlers.set(type, handler);
    // What is subscribed in the same breath joins the group once, and not once a type.
    this.turn = this.turn.then(() => this.start());
  }

  remove(type: EventType): void {
    this.handlers.delete(type);
    if (this.isIdle) this.turn = this.turn.then(() => this.stop());
  }

  /** Lets the handler under way finish, and tells Kafka how far it came. */
  async close(): Promise<void> {
    this.closed = true;
    this.leaving.abort();
    this.turn = this.turn.then(() => this.stop());
    await this.turn;
  }

  private async start(): Promise<void> {
    const topics = [...new Set([...this.handlers.keys()].map((type) => topicName(this.parts.prefix, topicKindOf(type))))].sort();
    if (this.closed || topics.length === 0 || this.subscribed === topics.join()) return;
    await this.stop();
    const consumer = this.parts.kafka.consumer({
      groupId: `${this.parts.prefix}.${this.name}`, sessionTimeout: this.parts.sessionMs, heartbeatInterval: HEARTBEAT_MS, rebalanceTimeout: REBALANCE_MS, maxWaitTimeInMs: FETCH_WAIT_MS, allowAutoTopicCreation: false,
      // kafkajs starts again after some failures and stays down after others; here it is always this class that does it.
      retry: { retries: 4, restartOnFailure: () => Promise.resolve(false) },
    });
    this.running = consumer;
    this.leaving = new AbortController();
    this.subscribed = topics.join();
    consumer.on('consumer.crash', ({ payload }) => this.again(consumer, payload.error));
    try {
      await consumer.connect();
      await consumer.subscribe({ topics, fromBeginning: true });
      await consumer.run({ ...COMMIT_EVERY, partitionsConsumedConcurrently: PARTITIONS_AT_ONCE, eachMessage: (message) => this.take(message) });
    } catch (thrown) {
      this.again(consumer, thrown);
    }
  }

  private again(consumer: Consumer, thrown: unknown): void {
    if (this.closed || this.running !== consumer) return;
    const error = kafkaError(thrown);
    this.parts.logger.warn({ consumer: this.name, code: error.code, err: error }, 'consumer starts again');
    this.turn = this.turn
      .then(() => this.stop())
      .then(() => new Promise((wake) => setTimeout(wake, RESTART_MS)))
      .then(() => this.start());
  }

  private async stop(): Promise<void> {
    const consumer = this.running;
    [this.running, this.subscribed] = [null, ''];
    this.leaving.abort();
    await consumer?.disconnect().catch((thrown: unknown) => this.parts.logger.warn({ consumer: this.name, err: thrown }, 'consumer did not leave in order'));
  }

  private async take({ topic, partition, message, heartbeat }: EachMessagePayload): Promise<void> {
    const addressee = readHeader(message.headers, header.consumer);
    if (addressee !== undefined && addressee !== this.name) return;
    const leaving = this.leaving.signal;
    let lost: Error | undefined;
    const beat = setInterval(() => void heartbeat().catch((thrown: Error) => (lost ??= thrown)), HEARTBEAT_MS);
    const mayGoOn = (): void => {
      if (lost !== undefined) throw lost;
      if (leaving.aborted) throw new AppError('event.consumer_closed', { retry: 'later', message: 'The consumer leaves its group; the event comes again.' });
    };
    try {
      const event = await this.read(message, { topic, partition });
      if (event) await this.handle(event, message, { topic, partition }, { mayGoOn, leaving });
    } finally {
      clearInterval(beat);
    }
  }

  /** Null where there is nothing to handle; what cannot be read is put aside with its reason. */
  private async read(message: KafkaMessage, place: Place): Promise<KontorEvent | null> {
    try {
      const event = decode(message.value, new Set(this.handlers.keys()));
      if (!event || this.seen.has(event.id)) return null;
      const traceparent = readHeader(message.headers, TRACE_HEADER);
      return traceparent === undefined ? event : { ...event, traceparent };
    } catch (thrown) {
      await this.putAside(message, place, AppError.from(thrown), 1);
      return null;
    }
  }

  private async handle(event: KontorEvent, message: KafkaMessage, place: Place, { mayGoOn, leaving }: { mayGoOn: () => void; leaving: AbortSignal }): Promise<void> {
    const handler = this.handlers.get(event.type);
    if (!handler) return;
    const consumption = { consumer: `${this.parts.prefix}.${this.name}`, destination: place.topic, system: 'kafka' as const };
    const outcome = await withCorrelation(event.id, () => inConsumption(event, consumption, () => retrying(() => handler(event), this.parts.retry, mayGoOn, leaving)));
    if (outcome.error) return this.putAside(message, place, outcome.error, outcome.attempts);
    // Only now: a consumer that failed gets the event again.
    this.seen.add(event.id);
  }

  private async putAside(message: KafkaMessage, { topic, partition }: Place, error: AppError, attempts: number): Promise<void> {
    this.parts.logger.error({ consumer: this.name, topic, partition, offset: message.offset, code: error.code, attempts, err: error }, 'event put aside');
    const type = readHeader(message.headers, TYPE_HEADER) ?? '';
    // Whatever lies in a topic may name itself anything.
    count('kontor_events_put_aside_total', { type: isEventType(type) ? type : 'unknown' });
    await this.parts.producer.send([{ topic: deadTopicOf(topic), messages: [deadLetter(message, { topic, partition, consumer: this.name }, error, attempts)] }]);
  }
}
