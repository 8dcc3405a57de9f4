import { Kafka, logLevel, Partitioners, type IHeaders } from 'kafkajs';
import { loadConfig } from '@kontor/config';
import { newId } from '@kontor/kernel';
import type { KafkaSettings } from '../kafka/kafka-client.js';
import { openKafkaEventBus, type KafkaBusOptions, type KafkaEventBus } from '../kafka/kafka-event-bus.js';

const QUICK = { backoffMs: 20, attemptsMax: 3 };

/** Topics and groups of one test on a broker that several share. */
export class KafkaWorld {
  readonly settings: KafkaSettings;
  readonly kafka: Kafka;
  private readonly buses: KafkaEventBus[] = [];

  constructor(brokers: string, variables: Record<string, string> = {}) {
    this.settings = loadConfig({ KONTOR_KAFKA_BROKERS: brokers, KONTOR_KAFKA_PARTITIONS: '3', KONTOR_KAFKA_TOPIC_PREFIX: `spec-${newId()}`, ...variables }).kafka;
    this.kafka = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING });
  }

  async open(options: KafkaBusOptions = {}): Promise<KafkaEventBus> {
    const bus = await openKafkaEventBus(this.settings, { ...options, retry: { ...QUICK, ...options.retry } });
    this.buses.push(bus);
    return bus;
  }

  /** Writes into a topic what no bus of Kontor would. */
  async write(topic: string, messages: { key?: string; value: string | Buffer | null; headers?: IHeaders }[]): Promise<void> {
    const producer = this.kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    await producer.send({ topic, messages });
    await producer.disconnect();
  }

  /** The events of a topic as they lie there, each partition in its order. */
  async read(topic: string, count: number): Promise<{ partition: number; key: string; documentId: string }[]> {
    const consumer = this.kafka.consumer({ groupId: `reader-${newId()}` });
    const found: { partition: number; key: string; documentId: string }[] = [];
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      const eachMessage = async ({ partition, message }: { partition: number; message: { key: Buffer | null; value: Buffer | null } }): Promise<void> => {
        const { payload } = JSON.parse(String(message.value)) as { payload: { documentId: string } };
        if (found.push({ partition, key: String(message.key), documentId: payload.documentId }) === count) resolve();
        await Promise.resolve();
      };
      consumer.run({ eachMessage }).catch(reject);
    });
    await consumer.disconnect();
    return found;
  }

  async close(): Promise<void> {
    await Promise.all(this.buses.map((bus) => bus.close()));
  }
}
