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

  async close(): Promise<void> {
    await Promise.all(this.buses.map((bus) => bus.close()));
  }
}
