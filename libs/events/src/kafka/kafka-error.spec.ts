import { KafkaJSNumberOfRetriesExceeded, KafkaJSProtocolError } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '@kontor/config';
import { AppError } from '@kontor/kernel';
import { openKafkaEventBus } from './kafka-event-bus.js';
import { kafkaError } from './kafka-error.js';
import { topicFaults } from './kafka-topics.js';

const protocolError = (type: string): Error => Object.assign(new KafkaJSProtocolError(Object.assign(new Error('refused'), { type, code: 1, retriable: false })), { type });

describe('kafkaError', () => {
  it.each([
    ['TOPIC_AUTHORIZATION_FAILED', 'kafka.forbidden', 'later'],
    ['GROUP_AUTHORIZATION_FAILED', 'kafka.forbidden', 'later'],
    ['SASL_AUTHENTICATION_FAILED', 'kafka.sign_in_refused', 'later'],
    ['MESSAGE_TOO_LARGE', 'event.too_large', 'never'],
    ['NOT_ENOUGH_REPLICAS', 'kafka.unreachable', 'later'],
    ['NOT_LEADER_FOR_PARTITION', 'kafka.unreachable', 'later'],
    ['INVALID_RECORD', 'kafka.failed', 'never'],
  ])('makes of %s the code %s', (type, code, retry) => {
    expect(kafkaError(protocolError(type))).toMatchObject({ code, retry, details: { kafka: type } });
  });

  it('finds what happened behind how often it was tried, and repeats neither account nor address', () => {
    const refused = Object.assign(new Error('account kontor-4711 was refused by broker-4711'), { name: 'KafkaJSSASLAuthenticationError', retriable: false });
    const error = kafkaError(new KafkaJSNumberOfRetriesExceeded(refused, { retryCount: 3, retryTime: 9 }));
    expect(error.code).toBe('kafka.sign_in_refused');
    expect(JSON.stringify([error.message, error.details])).not.toContain('4711');
  });

  it('leaves an error of Kontor as it is', () => {
    const error = new AppError('event.garbage');
    expect(kafkaError(error)).toBe(error);
  });
});

it('names the variable without which there is no Kafka', async () => {
  await expect(openKafkaEventBus(loadConfig({}).kafka)).rejects.toMatchObject({ code: 'kafka.not_configured', message: expect.stringContaining('KONTOR_KAFKA_BROKERS') as string });
});

describe('topicFaults', () => {
  const sound = new Map([['cleanup.policy', 'delete'], ['max.message.bytes', '1048588'], ['retention.ms', '-1'], ['min.insync.replicas', '1']]);
  const partition = { partitionErrorCode: 0, partitionId: 0, leader: 1, replicas: [1], isr: [1] };
  const metadata = { name: 't', partitions: [partition] };

  it('finds none in a topic as Kafka makes it, which may keep events for ever', () => {
    expect(topicFaults(metadata, 't', sound)).toEqual([]);
  });

  it('names what no event could go through: no partition, more replicas in sync than there are', () => {
    expect(topicFaults({ name: 't', partitions: [] }, 't', sound)).toEqual(['t has no partition: kafka-topics.sh --alter --topic t --partitions 1']);
    expect(topicFaults(metadata, 't', new Map([...sound, ['min.insync.replicas', '2']]))).toEqual([expect.stringContaining('--add-config min.insync.replicas=1')]);
  });
});
