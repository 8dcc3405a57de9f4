import type { Admin, Kafka, KafkaMessage } from 'kafkajs';
import { deadTopicOf, topicName, topics, type TopicKind } from '@kontor/contracts';
import { AppError } from '@kontor/kernel';
import { silentLogger, type Logger } from '@kontor/observability';
import { describeDeadLetter, header, type DeadLetter } from './dead-letter.js';
import { EventProducer } from './event-producer.js';
import { kafkaClient, type KafkaSettings } from './kafka-client.js';
import { kafkaError } from './kafka-error.js';

const IDLE_MS_MAX = 30_000;

/** Which dead letters an action is for; the others keep waiting. */
export interface DeadLetterChoice {
  consumer?: string | undefined;
  code?: string | undefined;
}

export interface Waiting {
  topic: string;
  partition: number;
  /** The first one that waits, and the one after the last. */
  from: bigint;
  to: bigint;
}

/** What consumers put aside: seen, brought to them once more, or dropped. One action at a time. */
export class DeadLetters {
  private readonly topics: string[];
  private readonly groupId: string;
  private readonly waiting: () => Promise<Waiting[]>;

  constructor(
    private readonly kafka: Kafka,
    private readonly admin: Admin,
    private readonly producer: EventProducer,
    { topicPrefix }: KafkaSettings,
  ) {
    this.topics = deadTopicsOf(topicPrefix);
    this.groupId = groupOf(topicPrefix);
    this.waiting = () => waitingLetters(admin, topicPrefix);
  }

  /** Those that wait, the oldest of each topic first. */
  async list(limit: number): Promise<DeadLetter[]> {
    const found: DeadLetter[] = [];
    await this.each(false, (message) => Promise.resolve(void (found.length < limit && found.push(describeDeadLetter(message)))));
    return found;
  }

  /** Brings each once more to the consumer that put it aside, and to no other. Returns how many. */
  replay(choice: DeadLetterChoice = {}): Promise<number> {
    return this.act(choice, async (message, letter) => {
      await this.producer.send([{ topic: letter.topic, messages: [{ key: message.key, value: message.value, headers: { [header.consumer]: letter.consumer } }] }]);
    });
  }

  /** Drops them for good. Returns how many. */
  discard(choice: DeadLetterChoice): Promise<number> {
    return this.act(choice, () => Promise.resolve());
  }

  async close(): Promise<void> {
    await this.producer.disconnect();
    await this.admin.disconnect();
  }

  private async act(choice: DeadLetterChoice, act: (message: KafkaMessage, letter: DeadLetter) => Promise<void>): Promise<number> {
    let count = 0;
    await this.each(true, async (message, topic) => {
      const letter = describeDeadLetter(message);
      const chosen = (choice.consumer ?? letter.consumer) === letter.consumer && (choice.code ?? letter.code) === letter.code;
      if (chosen) {
        await act(message, letter);
        count += 1;
        // A topic is read in one direction: what keeps waiting goes to its end.
      } else await this.producer.send([{ topic, messages: [{ key: message.key, value: message.value, headers: message.headers ?? {} }] }]);
    });
    return count;
  }

  /** Gives `take` what waits now. With `done`, what it has taken waits no longer; should the process die between, it is taken again. */
  private async each(done: boolean, take: (message: KafkaMessage, topic: string) => Promise<void>): Promise<void> {
    const left = new Map((await this.waiting()).map((one) => [`${one.topic}/${one.partition}`, one]));
    if (left.size === 0) return;
    const consumer = this.kafka.consumer({ groupId: this.groupId, allowAutoTopicCreation: false, maxWaitTimeInMs: 500, retry: { retries: 4, restartOnFailure: () => Promise.resolve(false) } });
    const watch = new Watch();
    consumer.on('consumer.crash', ({ payload }) => watch.fail(payload.error));
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: this.topics, fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachMessage: async ({ topic, partition, message }) => {
          const [key, next] = [`${topic}/${partition}`, BigInt(message.offset) + 1n];
          const waiting = left.get(key);
          if (!waiting || next > waiting.to) return;
          await watch.guard(() => take(message, topic));
          if (done) await consumer.commitOffsets([{ topic, partition, offset: String(next) }]);
          if (next === waiting.to) left.delete(key);
          if (left.size === 0) watch.finish();
        },
      });
      await watch.finished;
    } catch (thrown) {
      throw kafkaError(thrown);
    } finally {
      watch.finish();
      await consumer.disconnect();
    }
  }
}

export const deadTopicsOf = (topicPrefix: string): string[] => (Object.keys(topics) as TopicKind[]).map((kind) => deadTopicOf(topicName(topicPrefix, kind)));
const groupOf = (topicPrefix: string): string => `${topicPrefix}.dead-letters`;

/** Where dead letters lie that nobody has replayed or discarded. */
export async function waitingLetters(admin: Admin, topicPrefix: string): Promise<Waiting[]> {
  const committed = await admin.fetchOffsets({ groupId: groupOf(topicPrefix), topics: deadTopicsOf(topicPrefix) });
  const all: Waiting[] = [];
  for (const { topic, partitions } of committed) {
    const done = new Map(partitions.map(({ partition, offset }) => [partition, BigInt(offset)]));
    for (const { partition, low, high } of await admin.fetchTopicOffsets(topic)) {
      const [first, behind] = [BigInt(low), done.get(partition) ?? -1n];
      all.push({ topic, partition, from: behind > first ? behind : first, to: BigInt(high) });
    }
  }
  return all.filter(({ from, to }) => from < to);
}

/** Ends the wait when all is read, when something fails, or when nothing comes any more. */
class Watch {
  readonly finished: Promise<void>;
  private readonly settle: { resolve: () => void; reject: (reason: unknown) => void };
  private idle: NodeJS.Timeout | undefined;

  constructor() {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    [this.finished, this.settle] = [promise, { resolve, reject }];
    // Whoever waits hears of it; before that nobody must stumble over it.
    promise.catch(() => undefined);
    this.rewind();
  }

  async guard(work: () => Promise<void>): Promise<void> {
    this.rewind();
    try {
      await work();
    } catch (thrown) {
      this.fail(thrown);
      throw thrown;
    }
  }

  finish(): void {
    clearTimeout(this.idle);
    this.settle.resolve();
  }

  fail(thrown: unknown): void {
    clearTimeout(this.idle);
    this.settle.reject(thrown);
  }

  private rewind(): void {
    clearTimeout(this.idle);
    this.idle = setTimeout(() => this.fail(new AppError('event.dead_letters_busy', { status: 409, retry: 'later', message: 'The dead letters do not come. Most likely another process reads them; try again when it has ended.' })), IDLE_MS_MAX);
  }
}

/** @example const letters = await openDeadLetters(config.kafka); await letters.replay({ consumer: 'audit' }); */
export async function openDeadLetters(settings: KafkaSettings, logger: Logger = silentLogger): Promise<DeadLetters> {
  const kafka = await kafkaClient(settings, logger);
  const admin = kafka.admin();
  const producer = new EventProducer(kafka, settings);
  try {
    await admin.connect();
    await producer.connect();
  } catch (thrown) {
    throw kafkaError(thrown);
  }
  return new DeadLetters(kafka, admin, producer, settings);
}
