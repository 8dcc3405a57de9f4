import type { Consumer, Kafka, KafkaMessage } from 'kafkajs';
import { topicKindOf, topicName, type EventType, type KontorEvent } from '@kontor/contracts';
import { newId } from '@kontor/kernel';
import { silentLogger, type Logger } from '@kontor/observability';
import type { EventWatch } from '../event-bus.js';
import { header, readHeader } from './dead-letter.js';
import { decode } from './event-message.js';
import { kafkaClient, type KafkaSettings } from './kafka-client.js';
import { kafkaError } from './kafka-error.js';
import { withAdmin } from './with-admin.js';

/** A broker answers as soon as there is something; without anything it need not be asked more often. */
const FETCH_WAIT_MS = 5_000;
const RESTART_MS = 5_000;

/**
 * Tells this process of events of one type from now on, beside all other processes: each has a group of its own, which
 * keeps no place; that of a process which was killed, Kafka removes itself. Kafka may be away, at the start too: then
 * nothing is told until it is back.
 */
class KafkaWatch {
  private readonly groupId: string;
  private kafka: Kafka | undefined;
  private running: Consumer | null = null;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(
    private readonly type: EventType,
    private readonly seen: (event: KontorEvent) => void,
    private readonly settings: KafkaSettings,
    private readonly logger: Logger,
  ) {
    this.groupId = `${settings.topicPrefix}.watch.${newId()}`;
  }

  async start(): Promise<void> {
    try {
      this.kafka = await kafkaClient(this.settings, this.logger);
      if (this.closed) return;
      // kafkajs starts again after some failures and stays down after others; here it is always this class that does it.
      const consumer = this.kafka.consumer({ groupId: this.groupId, maxWaitTimeInMs: FETCH_WAIT_MS, allowAutoTopicCreation: false, retry: { retries: 1, restartOnFailure: () => Promise.resolve(false) } });
      this.running = consumer;
      consumer.on('consumer.crash', ({ payload }) => this.again(consumer, payload.error));
      await consumer.connect();
      await consumer.subscribe({ topics: [topicName(this.settings.topicPrefix, topicKindOf(this.type))], fromBeginning: false });
      await consumer.run({ autoCommit: false, eachMessage: ({ message }) => Promise.resolve(this.take(message)) });
    } catch (thrown) {
      this.again(this.running, thrown);
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    if (!this.running) return;
    await this.running.disconnect().catch(() => undefined);
    const removed = withAdmin(this.kafka!, (admin) => admin.deleteGroups([this.groupId]), { retry: { retries: 1 } });
    await removed.catch((err: unknown) => this.logger.debug({ err }, 'a group that nobody is in was left to Kafka'));
  }

  private again(consumer: Consumer | null, thrown: unknown): void {
    if (this.closed || this.running !== consumer) return;
    this.running = null;
    const error = kafkaError(thrown);
    this.logger.info({ type: this.type, code: error.code }, 'events are not watched for a while');
    void consumer?.disconnect().catch(() => undefined);
    this.timer = setTimeout(() => void this.start(), RESTART_MS);
    this.timer.unref();
  }

  private take(message: KafkaMessage): void {
    // A dead letter that comes once more is for the one that put it aside.
    if (readHeader(message.headers, header.consumer) !== undefined) return;
    try {
      const event = decode(message.value, new Set([this.type]));
      if (event) this.seen(event);
    } catch {
      // Whoever takes events puts aside what cannot be read.
    }
  }
}

/** @example const events = watchKafka(config.kafka); const unwatch = events.watch('access.changed', ({ payload }) => forget(payload.corpusId)); */
export function watchKafka(settings: KafkaSettings, logger: Logger = silentLogger): EventWatch & { close(): Promise<void> } {
  const open = new Set<KafkaWatch>();
  return {
    watch(type, seen) {
      const watch = new KafkaWatch(type, seen as unknown as (event: KontorEvent) => void, settings, logger);
      open.add(watch);
      void watch.start();
      return () => {
        open.delete(watch);
        void watch.close();
      };
    },
    close: async () => void (await Promise.all([...open].map((watch) => watch.close()))),
  };
}
