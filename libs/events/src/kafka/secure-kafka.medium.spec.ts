import { inspect } from 'node:util';
import { loadConfig } from '@kontor/config';
import { newId } from '@kontor/kernel';
import { reasonToSkip } from '@kontor/services';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSecureKafka, type SecureKafka } from '../testing/secure-kafka.js';
import { openKafkaEventBus, type KafkaEventBus } from './kafka-event-bus.js';

const PASSWORD = 'secret-4711';
const missing = await reasonToSkip('kafka');

describe.skipIf(missing !== null)(missing === null ? 'Kafka with TLS and accounts' : `Kafka with TLS and accounts: skipped, ${missing}`, () => {
  let kafka: SecureKafka;
  const opened: KafkaEventBus[] = [];
  beforeAll(async () => {
    kafka = await startSecureKafka({ kontor: PASSWORD });
  }, 200_000);
  afterAll(async () => {
    await Promise.all(opened.map((bus) => bus.close()));
    await kafka.stop();
  });

  const right = (): Record<string, string> => ({
    KONTOR_KAFKA_BROKERS: kafka.server.brokers, KONTOR_KAFKA_TOPIC_PREFIX: 'secure', KONTOR_KAFKA_TLS: 'on', KONTOR_KAFKA_CA_FILE: kafka.authorityFile,
    KONTOR_KAFKA_SASL: 'plain', KONTOR_KAFKA_ACCOUNT: 'kontor', KONTOR_KAFKA_PASSWORD: PASSWORD,
  });
  const open = async (variables: Record<string, string | undefined>): Promise<KafkaEventBus> => {
    const bus = await openKafkaEventBus(loadConfig(Object.fromEntries(Object.entries({ ...right(), ...variables }).filter(([, value]) => value !== undefined)) as Record<string, string>).kafka);
    opened.push(bus);
    return bus;
  };

  it('carries an event to whoever signs in, over TLS', async () => {
    const bus = await open({});
    const heard: string[] = [];
    bus.subscribe('document.removed', ({ payload }) => Promise.resolve(void heard.push(payload.documentId)), { consumer: 'spec' });
    await bus.publish({ id: newId(), tenant: 'firm', aggregate: 'd', type: 'document.removed', payload: { corpusId: 'c', documentId: 'd' }, createdAt: new Date().toISOString() });
    await expect.poll(() => heard, { timeout: 30_000 }).toEqual(['d']);
    await expect(bus.ping()).resolves.toBeUndefined();
  }, 40_000);

  it.each([
    ['a wrong password', { KONTOR_KAFKA_PASSWORD: 'wrong-0815' }, 'kafka.sign_in_refused'],
    ['an account that there is not', { KONTOR_KAFKA_ACCOUNT: 'nobody' }, 'kafka.sign_in_refused'],
    ['a mechanism that the brokers do not offer', { KONTOR_KAFKA_SASL: 'scram-sha-256' }, 'kafka.sign_in_refused'],
    ['an authority that did not sign', { KONTOR_KAFKA_CA_FILE: undefined }, 'kafka.tls_refused'],
    ['no account', { KONTOR_KAFKA_SASL: undefined, KONTOR_KAFKA_ACCOUNT: undefined, KONTOR_KAFKA_PASSWORD: undefined }, 'kafka.unreachable'],
    ['no encryption', { KONTOR_KAFKA_TLS: 'off', KONTOR_KAFKA_CA_FILE: undefined }, /^kafka\.(unreachable|tls_refused)$/],
  ])('refuses the start with %s by a code, and shows no password', async (_what, variables, code) => {
    const error: unknown = await open(variables).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: typeof code === 'string' ? code : (expect.stringMatching(code) as string) });
    expect(inspect(error, { depth: 9 })).not.toMatch(/4711|0815/);
  }, 40_000);
});
