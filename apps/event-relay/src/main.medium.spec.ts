import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '@kontor/config';
import { openPostgres, outbox, type Database } from '@kontor/db';
import { freshPostgresUrl, postgresMissing, stopTestDatabases } from '@kontor/db/testing';
import { openKafkaEventBus, type KafkaEventBus } from '@kontor/events';
import { Opened } from '@kontor/kernel';
import { reasonToSkip, startKafka, type KafkaServer } from '@kontor/services';
import { runMain, type RunningMain } from '@kontor/testing';

const MAIN = new URL('./main.js', import.meta.url);
const HANGING = new URL('./testing/publish-and-hang.js', import.meta.url);
const TENANT = 'firm';
const [AGGREGATES, EVENTS] = [50, 2_000];
const LONG_MS = 400_000;
const missing = (await reasonToSkip('kafka')) ?? (await postgresMissing());

let mains: RunningMain[] = [];
afterEach(async () => {
  await Promise.all(mains.map((main) => main.close()));
  mains = [];
});
afterAll(() => stopTestDatabases());

const start = async (file: URL, variables: Record<string, string> = {}): Promise<RunningMain> => {
  const main = await runMain(file, variables);
  mains.push(main);
  return main;
};

it('says which variable names its database', async () => {
  const without = await start(MAIN);
  expect(await without.ended).toBe(1);
  expect(without.output()).toMatch(/set KONTOR_DATABASE_URL.*\(service\.database_missing\)\n$/);
});

describe.skipIf(missing !== null)(missing === null ? 'relays over PostgreSQL and Kafka' : `relays over PostgreSQL and Kafka: skipped, ${missing}`, () => {
  let kafka: KafkaServer;
  let variables: Record<string, string>;
  let opened: Opened;
  let database: Database;
  let bus: KafkaEventBus;
  let heard: { aggregate: string; n: number }[];
  beforeAll(async () => {
    kafka = await startKafka();
  }, LONG_MS);
  afterAll(() => kafka.stop());

  const open = async (topicPrefix: string): Promise<void> => {
    variables = { KONTOR_DATABASE_URL: await freshPostgresUrl(), KONTOR_TENANT: TENANT, KONTOR_KAFKA_BROKERS: kafka.brokers, KONTOR_KAFKA_TOPIC_PREFIX: topicPrefix, KONTOR_KAFKA_PARTITIONS: '4' };
    opened = new Opened();
    database = opened.add(await openPostgres({ url: variables['KONTOR_DATABASE_URL']! }));
    bus = opened.add(await openKafkaEventBus(loadConfig(variables).kafka));
    heard = [];
    bus.subscribe('document.removed', ({ aggregate, payload }) => Promise.resolve(void heard.push({ aggregate, n: Number(payload.documentId) })), { consumer: 'spec' });
  };
  afterEach(() => opened.close());

  /** Announces the events from `from` on, those of all aggregates in turn, a hundred a transaction. */
  const announce = async (from: number, to: number): Promise<void> => {
    for (let first = from; first < to; first += 100) {
      await database.worker(TENANT, async (tx) => {
        for (let n = first; n < Math.min(first + 100, to); n += 1) await outbox.announce(tx, `document-${n % AGGREGATES}`, 'document.removed', { corpusId: 'corpus-1', documentId: String(n) });
      });
    }
  };
  const assertEachOnceInOrder = (count: number): void => {
    expect(heard.map(({ n }) => n).sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, n) => n));
    for (const own of Map.groupBy(heard, ({ aggregate }) => aggregate).values()) expect(own.map(({ n }) => n)).toEqual(own.map(({ n }) => n).sort((a, b) => a - b));
  };
  const lag = () => database.worker(TENANT, (tx) => outbox.readLag(tx));

  it('share the work: order within each aggregate holds and nothing is lost or heard twice, though one of them is killed', async () => {
    await open('shared');
    const relays = await Promise.all([start(MAIN, variables), start(MAIN, variables)]);
    const addresses = await Promise.all(relays.map(async (relay) => (await relay.said(/event-relay is at (\S+)/))[1]!));
    expect(await Promise.all(addresses.map(async (address) => (await fetch(`${address}/health/ready`)).status))).toEqual([200, 200]);
    await announce(0, EVENTS / 2);
    await expect.poll(() => heard.length, { timeout: 60_000, interval: 5 }).toBeGreaterThan(100);
    relays[0]!.child.kill('SIGKILL');
    await announce(EVENTS / 2, EVENTS);
    await expect.poll(() => heard.length, { timeout: 120_000 }).toBe(EVENTS);
    assertEachOnceInOrder(EVENTS);
    await expect.poll(lag, { timeout: 30_000 }).toMatchObject({ waiting: 0, refused: 0 });
    expect(await (await fetch(`${addresses[1]!}/health/outbox`)).json()).toMatchObject({ waiting: 0, refused: 0 });
    relays[1]!.child.kill('SIGTERM');
    expect(await relays[1]!.ended).toBe(0);
  }, LONG_MS);

  it('publish again what one of them published and was killed before it marked it, and consumers hear it once', async () => {
    await open('killed');
    await announce(0, 40);
    const hanging = await start(HANGING, variables);
    const published = Number((await hanging.said(/published (\d+)/))[1]);
    expect(published).toBeGreaterThan(0);
    // What it holds is nobody else's while it lives.
    const relay = await start(MAIN, variables);
    await expect.poll(async () => (await lag()).waiting, { timeout: 60_000 }).toBe(published);
    hanging.child.kill('SIGKILL');
    await expect.poll(async () => (await lag()).waiting, { timeout: 60_000 }).toBe(0);
    await announce(40, 60);
    await expect.poll(() => heard.length, { timeout: 60_000 }).toBe(60);
    assertEachOnceInOrder(60);
    relay.child.kill('SIGKILL');
  }, LONG_MS);
});
