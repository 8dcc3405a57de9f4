import type { Kafka } from 'kafkajs';
import { topicKindOf, topicName, type EventType, type KontorEvent } from '@kontor/contracts';
import { AppError } from '@kontor/kernel';
import { silentLogger, type Logger } from '@kontor/observability';
import type { OpenSpan } from '@kontor/observability';
import type { EventBus, EventHandler, SubscribeOptions } from '../event-bus.js';
import { openSend } from '../event-trace.js';
import { deadTopicsOf, waitingLetters } from './dead-letters.js';
import { encode, EVENT_BYTES_MAX, TRACE_HEADER, type OutgoingMessage } from './event-message.js';
import { EventProducer } from './event-producer.js';
import { kafkaClient, type KafkaSettings } from './kafka-client.js';
import { KafkaConsumer } from './kafka-consumer.js';
import { ensureTopics } from './kafka-topics.js';
import { RETRY_TERMS, type RetryTerms } from './retry.js';
import { withAdmin } from './with-admin.js';

/** Small enough for a topic that takes the largest event, whichever partition all of it goes to. */
const BATCH_BYTES_MAX = 2 * EVENT_BYTES_MAX;

const SESSION_MS = 30_000;

export interface KafkaBusOptions {
  logger?: Logger;
  retry?: Partial<RetryTerms>;
  sessionMs?: number;
}

interface Sendable {
  id: string;
  topic: string;
  message: OutgoingMessage;
  span?: OpenSpan;
}

/** What can never be published, by event id; everything else of the batch is with Kafka. */
export type Refused = ReadonlyMap<string, AppError>;

/**
 * The event bus of the services: topics by kind of aggregate, partitions by tenant and aggregate, a consumer group for
 * each consumer name.
 */
export class KafkaEventBus implements EventBus {
  private readonly consumers = new Map<string, KafkaConsumer>();

  constructor(
    private readonly kafka: Kafka,
    private readonly producer: EventProducer,
    private readonly settings: Pick<KafkaSettings, 'topicPrefix'>,
    private readonly options: KafkaBusOptions = {},
  ) {}

  async publish(event: KontorEvent): Promise<void> {
    const refused = await this.publishAll([event]);
    const error = refused.get(event.id);
    if (error) throw error;
  }

  /** Publishes in order, and returns when every broker that must has written it; where it throws, some of it may be there already. */
  async publishAll(events: readonly KontorEvent[]): Promise<Refused> {
    const refused = new Map<string, AppError>();
    const sendable: Sendable[] = [];
    for (const event of events) {
      try {
        sendable.push(this.prepare(event));
      } catch (thrown) {
        refused.set(event.id, AppError.from(thrown));
      }
    }
    await this.sendTraced(sendable, refused);
    return refused;
  }

  subscribe<Type extends EventType>(type: Type, handler: EventHandler<Type>, { consumer: name }: SubscribeOptions): () => void {
    const consumer = this.consumers.get(name) ?? new KafkaConsumer(name, this.parts());
    if (consumer.has(type)) throw new AppError('event.duplicate_consumer', { message: `"${name}" listens to "${type}" already. Give the second handler a consumer name of its own.` });
    this.consumers.set(name, consumer);
    consumer.add(type, handler as unknown as EventHandler<EventType>);
    return () => consumer.remove(type);
  }

  async deadLetters(): Promise<Record<string, number>> {
    const waiting = await withAdmin(this.kafka, (admin) => waitingLetters(admin, this.settings.topicPrefix));
    const counts = new Map(deadTopicsOf(this.settings.topicPrefix).map((topic) => [topic, 0n]));
    for (const { topic, from, to } of waiting) counts.set(topic, (counts.get(topic) ?? 0n) + to - from);
    return Object.fromEntries([...counts].map(([topic, count]) => [topic, Number(count)]));
  }

  /** Whether Kafka answers; for readiness. */
  async ping(): Promise<void> {
    await withAdmin(this.kafka, (admin) => admin.describeCluster());
  }

  async close(): Promise<void> {
    await Promise.all([...this.consumers.values()].map((consumer) => consumer.close()));
    await this.producer.disconnect();
  }

  private prepare(event: KontorEvent): Sendable {
    const message = encode(event);
    const topic = topicName(this.settings.topicPrefix, topicKindOf(event.type));
    const send = openSend(event, topic);
    if (!send) return { id: event.id, topic, message };
    return { id: event.id, topic, message: { ...message, headers: { ...message.headers, [TRACE_HEADER]: send.traceparent } }, span: send.span };
  }

  private async sendTraced(sendable: readonly Sendable[], refused: Map<string, AppError>): Promise<void> {
    try {
      for (const batch of batches(sendable)) await this.sendOrRefuse(batch, refused);
      for (const { id, span } of sendable) if (refused.has(id)) span?.fail(refused.get(id));
    } catch (thrown) {
      for (const { span } of sendable) span?.fail(thrown);
      throw thrown;
    } finally {
      for (const { span } of sendable) span?.end();
    }
  }

  private async sendOrRefuse(batch: readonly Sendable[], refused: Map<string, AppError>): Promise<void> {
    const error = await this.send(batch);
    if (!error) return;
    if (error.code !== 'event.too_large') throw error;
    // Somebody made the topic narrower since the start: one by one it shows which event does not fit.
    if (batch.length > 1) for (const one of batch) await this.sendOrRefuse([one], refused);
    else refused.set(batch[0]!.id, error);
  }

  private async send(batch: readonly Sendable[]): Promise<AppError | null> {
    const byTopic = Map.groupBy(batch, ({ topic }) => topic);
    const topicMessages = [...byTopic].map(([topic, own]) => ({ topic, messages: own.map(({ message }) => message) }));
    try {
      await this.producer.send(topicMessages);
      return null;
    } catch (thrown) {
      return AppError.from(thrown);
    }
  }

  private parts(): ConstructorParameters<typeof KafkaConsumer>[1] {
    const { logger = silentLogger, retry, sessionMs = SESSION_MS } = this.options;
    return { kafka: this.kafka, producer: this.producer, prefix: this.settings.topicPrefix, retry: { ...RETRY_TERMS, ...retry }, sessionMs, logger };
  }
}

/** Cuts where a batch would grow too large for one partition. */
function* batches(all: readonly Sendable[]): Generator<Sendable[]> {
  let batch: Sendable[] = [];
  let bytes = 0;
  for (const one of all) {
    const size = one.message.value.length;
    if (batch.length > 0 && bytes + size > BATCH_BYTES_MAX) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    batch.push(one);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

/**
 * Connects, creates missing topics, and refuses topics in which events would be lost.
 *
 * @example const events = opened.add(await openKafkaEventBus(config.kafka, { logger }));
 */
export async function openKafkaEventBus(settings: KafkaSettings, options: KafkaBusOptions = {}): Promise<KafkaEventBus> {
  const kafka = await kafkaClient(settings, options.logger ?? silentLogger);
  await withAdmin(kafka, (admin) => ensureTopics(admin, settings));
  const producer = new EventProducer(kafka, settings);
  await producer.connect();
  return new KafkaEventBus(kafka, producer, settings, options);
}
