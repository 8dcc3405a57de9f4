import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs, { type Admin, type ITopicConfig, type ITopicMetadata } from 'kafkajs';
import { deadTopicOf, topicName, topics, type TopicKind } from '@kontor/contracts';
import { AppError } from '@kontor/kernel';
import { EVENT_BYTES_MAX } from './event-message.js';
import type { KafkaSettings } from './kafka-client.js';
import { kafkaError } from './kafka-error.js';

const DAY_MS = 86_400_000;
/** What a batch and the reason in a dead letter's headers add to the largest event. */
const MESSAGE_BYTES_MIN = 4 * EVENT_BYTES_MAX - 65_536;
/** As long as the outbox keeps what it published: within it whatever went wrong behind Kafka can be published again. */
const RETENTION_MS_MIN = DAY_MS;
const CREATED = { 'cleanup.policy': 'delete', 'retention.ms': String(7 * DAY_MS), 'max.message.bytes': String(4 * EVENT_BYTES_MAX) };
/** Dead letters wait for a person, and people have weekends and holidays. */
const CREATED_DEAD = { ...CREATED, 'retention.ms': String(90 * DAY_MS) };

const KNOWN_MS_MAX = 15_000;

interface Wanted {
  topic: string;
  partitions: number;
  config: Record<string, string>;
}

function wantedTopics({ topicPrefix, partitions }: KafkaSettings): Wanted[] {
  const names = (Object.keys(topics) as TopicKind[]).map((kind) => topicName(topicPrefix, kind));
  return names.flatMap((topic) => [{ topic, partitions, config: CREATED }, { topic: deadTopicOf(topic), partitions: 1, config: CREATED_DEAD }]);
}

/**
 * Creates what is missing, where it may, and refuses topics in which events would be lost.
 *
 * @throws AppError `kafka.topic_missing`, `kafka.topic_settings` with the commands that mend it
 */
export async function ensureTopics(admin: Admin, settings: KafkaSettings): Promise<void> {
  const wanted = wantedTopics(settings);
  try {
    const present = new Set(await admin.listTopics());
    const missing = wanted.filter(({ topic }) => !present.has(topic));
    if (missing.length > 0) await create(admin, missing, settings);
    const mends = await faults(admin, wanted);
    if (mends.length === 0) return;
    throw new AppError('kafka.topic_settings', { message: `Events could be lost in these topics, so the service does not start:\n${mends.map((mend) => `  ${mend}`).join('\n')}`, details: { mends } });
  } catch (thrown) {
    throw kafkaError(thrown);
  }
}

async function create(admin: Admin, missing: readonly Wanted[], settings: KafkaSettings): Promise<void> {
  if (!settings.createTopics) throw topicsMissing(missing, settings);
  const described = missing.map(({ topic, partitions, config }): ITopicConfig => ({
    topic, numPartitions: partitions, configEntries: Object.entries(config).map(([name, value]) => ({ name, value })), ...(settings.replicas === undefined ? {} : { replicationFactor: settings.replicas }),
  }));
  try {
    // Another process may create them at this moment: kafkajs takes that for success.
    await admin.createTopics({ topics: described, waitForLeaders: false });
    await untilKnown(admin, missing);
  } catch (cause) {
    const error = kafkaError(cause);
    throw error.code === 'kafka.unreachable' ? error : topicsMissing(missing, settings, cause);
  }
}

/** Brokers learn of new topics one after the other. */
async function untilKnown(admin: Admin, created: readonly Wanted[]): Promise<void> {
  for (const startedMs = performance.now(); ; ) {
    try {
      const { topics: found } = await admin.fetchTopicMetadata({ topics: created.map(({ topic }) => topic) });
      if (found.every(({ partitions }) => partitions.length > 0 && partitions.every(({ leader }) => leader >= 0))) return;
    } catch (thrown) {
      if (kafkaError(thrown).code !== 'kafka.topic_missing') throw thrown;
    }
    if (performance.now() - startedMs > KNOWN_MS_MAX) throw new Error('the brokers do not know them yet');
    await sleep(100);
  }
}

function topicsMissing(missing: readonly Wanted[], { replicas }: KafkaSettings, cause?: unknown): AppError {
  const commands = missing.map(({ topic, partitions, config }) => {
    const options = Object.entries(config).map(([name, value]) => ` --config ${name}=${value}`).join('');
    return `kafka-topics.sh --create --topic ${topic} --partitions ${partitions}${replicas === undefined ? '' : ` --replication-factor ${replicas}`}${options}`;
  });
  const why = cause === undefined ? 'KONTOR_KAFKA_CREATE_TOPICS is off' : `creating them failed: ${reasonOf(cause)}`;
  return new AppError('kafka.topic_missing', { message: `Topics are missing, and ${why}. An administrator of Kafka runs:\n${commands.map((command) => `  ${command}`).join('\n')}`, details: { topics: missing.map(({ topic }) => topic) }, cause });
}

function reasonOf(cause: unknown): string {
  const { errors } = cause as { errors?: { message: string }[] };
  return errors?.[0]?.message ?? (cause instanceof Error ? cause.message : 'for an unknown reason');
}

/** One line for each setting that would lose events: what is wrong and the command that mends it. */
async function faults(admin: Admin, wanted: readonly Wanted[]): Promise<string[]> {
  const names = wanted.map(({ topic }) => topic);
  const { topics: metadata } = await admin.fetchTopicMetadata({ topics: names });
  const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: names.map((name) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name })) });
  const values = new Map(resources.map(({ resourceName, configEntries }) => [resourceName, new Map(configEntries.map(({ configName, configValue }) => [configName, configValue]))]));
  return names.flatMap((topic) => topicFaults(metadata.find(({ name }) => name === topic), topic, values.get(topic) ?? new Map()));
}

export function topicFaults(metadata: ITopicMetadata | undefined, topic: string, config: ReadonlyMap<string, string>): string[] {
  const mend = (name: string, value: string): string => `kafka-configs.sh --alter --entity-type topics --entity-name ${topic} --add-config ${name}=${value}`;
  const number = (name: string): number => Number(config.get(name) ?? Number.NaN);
  const found: string[] = [];
  const partitions = metadata?.partitions ?? [];
  if (partitions.length === 0) found.push(`${topic} has no partition: kafka-topics.sh --alter --topic ${topic} --partitions 1`);
  if (config.get('cleanup.policy') !== 'delete') found.push(`${topic} drops all but the last event of an aggregate (cleanup.policy): ${mend('cleanup.policy', 'delete')}`);
  if (number('max.message.bytes') < MESSAGE_BYTES_MIN) found.push(`${topic} takes messages that are too small (max.message.bytes): ${mend('max.message.bytes', String(4 * EVENT_BYTES_MAX))}`);
  const retentionMs = number('retention.ms');
  if (retentionMs >= 0 && retentionMs < RETENTION_MS_MIN) found.push(`${topic} keeps events for less than a day (retention.ms): ${mend('retention.ms', String(7 * DAY_MS))}`);
  const replicas = Math.min(...partitions.map((partition) => partition.replicas.length));
  if (partitions.length > 0 && number('min.insync.replicas') > replicas) found.push(`${topic} wants more replicas in sync than it has, so nothing can be published (min.insync.replicas): ${mend('min.insync.replicas', String(Math.max(1, replicas - 1)))}`);
  return found;
}
