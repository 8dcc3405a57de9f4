import type { Kafka, Producer, TopicMessages } from 'kafkajs';
import { RETRY, type KafkaSettings } from './kafka-client.js';
import { kafkaError } from './kafka-error.js';
import { tenantPartitioner } from './tenant-partitioner.js';

/**
 * Writes to topics, acknowledged by all replicas in sync, once within a sending however often that is tried again.
 *
 * Kafka knows a repetition by its number within a producer. Where a sending fails, its number may be used up or not, and
 * kafkajs gives it to the next one: Kafka then takes that for a repetition (it is lost and told as written), or refuses
 * all that comes for as long as the producer lives. So no producer outlives a failure, and sendings follow each other.
 */
export class EventProducer {
  private current: Promise<Producer> | null = null;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly kafka: Kafka,
    private readonly settings: Pick<KafkaSettings, 'tenantPartitions'>,
  ) {}

  /** Connects now rather than with the first sending. */
  async connect(): Promise<void> {
    await this.connected();
  }

  /** Throws an `AppError`; what is sent may be there all the same. */
  send(topicMessages: TopicMessages[]): Promise<void> {
    const sent = this.turn.then(() => this.sendNow(topicMessages));
    this.turn = sent.catch(() => undefined);
    return sent;
  }

  async disconnect(): Promise<void> {
    await this.turn;
    await this.leave();
  }

  private async sendNow(topicMessages: TopicMessages[]): Promise<void> {
    const producer = await this.connected();
    try {
      await producer.sendBatch({ acks: -1, topicMessages });
    } catch (thrown) {
      await this.leave();
      throw kafkaError(thrown);
    }
  }

  private async connected(): Promise<Producer> {
    this.current ??= this.open();
    return this.current.catch((thrown: unknown) => {
      this.current = null;
      throw kafkaError(thrown);
    });
  }

  private async open(): Promise<Producer> {
    // One request at a time: a second one could be written before the first is repeated.
    const producer = this.kafka.producer({
      idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false,
      createPartitioner: tenantPartitioner(this.settings.tenantPartitions), retry: { retries: RETRY.retries },
    });
    await producer.connect();
    return producer;
  }

  private async leave(): Promise<void> {
    const left = this.current;
    this.current = null;
    await left?.then((producer) => producer.disconnect()).catch(() => undefined);
  }
}
