import { ConfigResourceTypes } from 'kafkajs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { KontorEvent } from '@kontor/contracts';
import { AppError } from '@kontor/kernel';
import { metricsText } from '@kontor/observability';
import { freePort, reasonToSkip, startKafka, startProxy, type KafkaServer, type Proxy } from '@kontor/services';
import { describeEventBus, removedEvent } from '../testing/event-bus.suite.js';
import { KafkaWorld } from '../testing/kafka-world.js';
import { MemoryOutbox } from '../testing/memory-outbox.js';
import { openDeadLetters, type DeadLetters } from './dead-letters.js';
import type { KafkaEventBus } from './kafka-event-bus.js';
import { watchKafka } from './kafka-watch.js';

const LONG = { timeout: 30_000 };
const missing = await reasonToSkip('kafka');

let server: KafkaServer;
let network: Proxy;
/** Sees every piece that passes between a client and the broker, before it arrives. */
let watch: ((direction: 'sent' | 'received', piece: Buffer) => void) | undefined;
let world: KafkaWorld;
let letters: DeadLetters | undefined;
const silence = () => new Promise((wake) => setTimeout(wake, 2_000));
const inWorld = (): Promise<KafkaEventBus> => (world = new KafkaWorld(server.brokers)).open();
const lettersOf = async (): Promise<DeadLetters> => (letters = await openDeadLetters(world.settings));

function listen(bus: KafkaEventBus, consumer: string, take: (documentId: string) => unknown = () => undefined): string[] {
  const seen: string[] = [];
  bus.subscribe('document.removed', async ({ payload }) => {
    await take(payload.documentId);
    seen.push(payload.documentId);
  }, { consumer });
  return seen;
}

describe.skipIf(missing !== null)(missing === null ? 'with a broker' : `with a broker: skipped, ${missing}`, () => {
  beforeAll(async () => {
    const port = await freePort();
    network = await startProxy({ to: { port }, watch: (_connection, direction, piece) => watch?.(direction, piece) });
    server = await startKafka({ port, advertisedPort: network.port });
  }, 120_000);
  afterAll(async () => {
    await server.stop();
    await network.stop();
  });
  afterEach(async () => {
    watch = undefined;
    network.heal();
    await letters?.close();
    letters = undefined;
    await world.close();
  });

  describeEventBus('Kafka, fed by the outbox', async () => {
    const bus = await inWorld();
    const outbox = new MemoryOutbox();
    let open = true;
    const relay = (async () => {
      for (; open; await new Promise((wake) => setTimeout(wake, 20))) {
        const batch = await outbox.waiting(100);
        await bus.publishAll(batch);
        await outbox.markPublished(batch.map((event) => event.id));
      }
    })();
    const close = async (): Promise<void> => {
      open = false;
      await relay;
    };
    return { bus, announce: (event) => void outbox.rows.push(event), close };
  });

  it('keeps each aggregate in order on one partition, and a tenant on its neighbours where that is asked for', async () => {
    for (const [asked, most] of [[{ KONTOR_KAFKA_TENANT_PARTITIONS: '2' }, 2], [{}, 8]] as const) {
      world = new KafkaWorld(server.brokers, { KONTOR_KAFKA_PARTITIONS: '8', ...asked });
      const bus = await world.open();
      const [tenants, aggregates, steps] = [['north', 'south', 'east'], Array.from({ length: 24 }, (_, index) => `d${index}`), [0, 1, 2, 3, 4]];
      const events = steps.flatMap((step) => tenants.flatMap((tenant) => aggregates.map((aggregate): KontorEvent => ({ ...removedEvent(`${aggregate}-${step}`), tenant, aggregate }))));
      await bus.publishAll(events);
      const lying = await world.read(`${world.settings.topicPrefix}.document.v1`, events.length);
      for (const tenant of tenants) {
        const own = lying.filter(({ key }) => key.startsWith(`${tenant}/`));
        const partitions = new Set(own.map(({ partition }) => partition));
        expect([tenant, own.length, partitions.size <= most, partitions.size > 1]).toEqual([tenant, aggregates.length * steps.length, true, true]);
        if (most === 8) expect(partitions.size).toBeGreaterThan(2);
        for (const aggregate of aggregates) {
          const mine = own.filter(({ key }) => key === `${tenant}/${aggregate}`);
          expect(new Set(mine.map(({ partition }) => partition)).size).toBe(1);
          expect(mine.map(({ documentId }) => documentId)).toEqual(steps.map((step) => `${aggregate}-${step}`));
        }
      }
      await world.close();
    }
  });

  describe('a consumer on Kafka', () => {
    it('puts an event aside that fails too often, goes on behind it, and gets it once more when it is replayed', async () => {
      const bus = await inWorld();
      let broken = true;
      const failing = listen(bus, 'failing', (document) => (document === 'a' && broken ? Promise.reject(new Error('not this one')) : undefined));
      const steady = listen(bus, 'steady');
      await bus.publishAll([removedEvent('a'), removedEvent('b')]);
      await expect.poll(() => failing, LONG).toEqual(['b']);
      await expect.poll(() => steady, LONG).toEqual(['a', 'b']);
      const dead = await lettersOf();
      expect(await dead.list(9)).toMatchObject([{ consumer: 'failing', code: 'event.handler_failed', reason: 'not this one', attempts: 3, topic: `${world.settings.topicPrefix}.document.v1` }]);
      const topic = `${world.settings.topicPrefix}.document.v1.dead`;
      expect(await bus.deadLetters()).toMatchObject({ [topic]: 1 });
      broken = false;
      expect(await dead.replay({ consumer: 'another' })).toBe(0);
      expect(await dead.replay({ consumer: 'failing' })).toBe(1);
      await expect.poll(() => failing, LONG).toEqual(['b', 'a']);
      expect(await dead.list(9)).toEqual([]);
      expect(Object.values(await bus.deadLetters())).toEqual([0, 0, 0, 0, 0]);
      expect((await metricsText()).text).toMatch(/kontor_events_put_aside_total\{type="document.removed"\} \d/);
      expect(steady).toEqual(['a', 'b']);
    });

    it('waits out trouble that passes, however often it comes', async () => {
      const bus = await inWorld();
      let failures = 0;
      const seen = listen(bus, 'patient', () => ((failures += 1) <= 5 ? Promise.reject(new AppError('store.unreachable', { retry: 'later' })) : undefined));
      await bus.publish(removedEvent('a'));
      await expect.poll(() => seen, LONG).toEqual(['a']);
      expect(failures).toBe(6);
    });

    it('puts garbage and messages of another version aside as they came, and loses nothing behind them', async () => {
      const bus = await inWorld();
      const topic = `${world.settings.topicPrefix}.document.v1`;
      const sound = (more: object): string => JSON.stringify({ version: 1, ...removedEvent('x'), ...more });
      const strange = ['\u0000{not json', sound({ version: 2 }), sound({ id: 4711 }), sound({ payload: { documentId: 4711 } })];
      await world.write(topic, [...strange.map((value) => ({ key: 't/corpus-1', value })), { key: 't/corpus-1', value: null }, { key: 't/corpus-1', value: sound({ type: 'document.archived' }) }]);
      await bus.publish(removedEvent('behind'));
      const seen = listen(bus, 'reader');
      await expect.poll(() => seen, LONG).toEqual(['behind']);
      const dead = await (await lettersOf()).list(9);
      expect(dead.map(({ code }) => code)).toEqual(['event.garbage', 'event.other_version', 'event.garbage', 'event.invalid_payload', 'event.garbage']);
      expect(dead.map(({ value }) => value)).toEqual([...strange, null]);
      expect(dead.map(({ reason }) => reason).join()).not.toContain('4711');
      expect(await letters!.discard({ code: 'event.garbage' })).toBe(3);
      expect((await letters!.list(9)).map(({ code }) => code)).toEqual(['event.other_version', 'event.invalid_payload']);
    });

    it('keeps its place in the group while a handler takes longer than a session, and finishes it before it closes', async () => {
      await inWorld();
      const bus = await world.open({ sessionMs: 6_000 });
      const begun: string[] = [];
      const seen = listen(bus, 'slow', async (document) => {
        begun.push(document);
        await new Promise((wake) => setTimeout(wake, 8_000));
      });
      await bus.publish(removedEvent('a'));
      await expect.poll(() => begun, LONG).toEqual(['a']);
      const other = listen(await world.open(), 'slow');
      await bus.close();
      expect([begun, seen]).toEqual([['a'], ['a']]);
      await silence();
      expect(other).toEqual([]);
    });

    it('shares the work of one consumer name between processes, in order within each aggregate', async () => {
      const buses = [await inWorld(), await world.open()];
      const all: KontorEvent[] = [];
      const seen: string[] = [];
      for (const bus of buses) listen(bus, 'shared', (document) => seen.push(document));
      for (let n = 0; n < 20; n += 1) for (const aggregate of ['a', 'b', 'c', 'd', 'e']) all.push(removedEvent(`${aggregate}${n}`, aggregate));
      await buses[0]!.publishAll(all);
      await expect.poll(() => new Set(seen).size, LONG).toBe(100);
      for (const aggregate of ['a', 'b', 'c', 'd', 'e']) {
        const own = [...new Set(seen.filter((document) => document.startsWith(aggregate)))];
        expect(own).toEqual(Array.from({ length: 20 }, (_, n) => `${aggregate}${n}`));
      }
    });

    it('refuses what could never be published, and publishes what stands beside it', async () => {
      const bus = await inWorld();
      const seen = listen(bus, 'reader');
      const [large, wrong] = [removedEvent('x'.repeat(300_000)), { ...removedEvent('x'), payload: {} } as KontorEvent];
      const refused = await bus.publishAll([removedEvent('a'), large, wrong, removedEvent('b')]);
      expect([refused.get(large.id)?.code, refused.get(wrong.id)?.code]).toEqual(['event.too_large', 'event.invalid_payload']);
      await expect(bus.publish(large)).rejects.toMatchObject({ code: 'event.too_large' });
      await expect.poll(() => seen, LONG).toEqual(['a', 'b']);
    });

    it('finds the one event of a batch for which a topic was made too narrow', async () => {
      const bus = await inWorld();
      const admin = world.kafka.admin();
      await admin.connect();
      const name = `${world.settings.topicPrefix}.document.v1`;
      await admin.alterConfigs({ validateOnly: false, resources: [{ type: ConfigResourceTypes.TOPIC, name, configEntries: [{ name: 'max.message.bytes', value: '1000' }] }] });
      await admin.disconnect();
      await silence();
      const wide = removedEvent('x'.repeat(2_000));
      const seen = listen(bus, 'reader');
      const refused = await bus.publishAll([removedEvent('a'), wide, removedEvent('b')]);
      expect([...refused].map(([id, error]) => [id, error.code])).toEqual([[wide.id, 'event.too_large']]);
      await expect.poll(() => seen, LONG).toEqual(['a', 'b']);
    });
  });

  it('tells every process that watches, from then on, and leaves nothing behind of one that is gone', async () => {
    const bus = await inWorld();
    await bus.publish(removedEvent('before'));
    const watches = [watchKafka(world.settings), watchKafka(world.settings)];
    const seen = watches.map((watch): string[] => {
      const own: string[] = [];
      watch.watch('document.removed', ({ payload }) => own.push(payload.documentId));
      return own;
    });
    for (let n = 0; seen.some((own) => own.length === 0) && n < 100; n += 1) {
      await bus.publish(removedEvent(`event-${n}`));
      await new Promise((wake) => setTimeout(wake, 300));
    }
    for (const own of seen) expect([own.length > 0, own.includes('before')]).toEqual([true, false]);
    const away = watchKafka({ ...world.settings, brokers: ['127.0.0.1:1'] });
    away.watch('document.removed', () => undefined);
    await Promise.all([...watches, away].map((watch) => watch.close()));
    const admin = world.kafka.admin();
    await admin.connect();
    await expect.poll(async () => (await admin.listGroups()).groups.filter(({ groupId }) => groupId.startsWith(`${world.settings.topicPrefix}.watch.`)), { timeout: 30_000 }).toEqual([]);
    await admin.disconnect();
  }, 90_000);

  it('loses no event behind one that was written and whose acknowledgement never came', async () => {
    const bus = await inWorld();
    await bus.publish(removedEvent('before', 'a'));
    watch = (direction, piece) => {
      if (direction !== 'sent' || !piece.includes('unacknowledged')) return;
      network.stall();
      setTimeout(() => network.cut(), 300);
    };
    await expect(bus.publish(removedEvent('unacknowledged', 'a'))).rejects.toMatchObject({ code: 'kafka.unreachable' });
    watch = undefined;
    network.heal();
    await bus.publish(removedEvent('behind', 'a'));
    // What was written is there though its acknowledgement was not; without it nothing would be shown here.
    const lying = await world.read(`${world.settings.topicPrefix}.document.v1`, 3);
    expect(lying.map(({ documentId }) => documentId)).toEqual(['before', 'unacknowledged', 'behind']);
  }, 120_000);

  it('goes on by itself when the broker was killed and is back, and says meanwhile that events wait', async () => {
    const bus = await inWorld();
    const seen = listen(bus, 'reader');
    await bus.publish(removedEvent('before'));
    await expect.poll(() => seen, LONG).toEqual(['before']);
    await server.kill();
    await expect(bus.publish(removedEvent('meanwhile'))).rejects.toMatchObject({ code: 'kafka.unreachable', retry: 'later' });
    await expect(bus.ping()).rejects.toMatchObject({ code: 'kafka.unreachable' });
    await server.restart();
    const after = removedEvent('after');
    await expect.poll(() => bus.publish(after).then(() => true, () => false), { timeout: 60_000 }).toBe(true);
    await expect.poll(() => seen, { timeout: 60_000 }).toEqual(['before', 'after']);
  }, 300_000);

  describe('topics of Kafka', () => {
    const settingsOf = (variables: Record<string, string> = {}): Promise<unknown> => (world = new KafkaWorld(server.brokers, variables)).open().catch((thrown: unknown) => thrown);

    it('are asked for by the command that creates them, where Kontor may not', async () => {
      expect(await settingsOf({ KONTOR_KAFKA_CREATE_TOPICS: 'off' })).toMatchObject({
        code: 'kafka.topic_missing', message: expect.stringMatching(/kafka-topics\.sh --create --topic spec-\S+\.document\.v1 --partitions 3 --config cleanup\.policy=delete/) as string,
      });
    });

    it('stop the start where their settings would lose events, and are told by the command that mends them', async () => {
      world = new KafkaWorld(server.brokers);
      const topic = `${world.settings.topicPrefix}.document.v1`;
      const admin = world.kafka.admin();
      await admin.connect();
      const wrong = { 'cleanup.policy': 'compact', 'max.message.bytes': '1000', 'retention.ms': '60000' };
      await admin.createTopics({ waitForLeaders: false, topics: [{ topic, configEntries: Object.entries(wrong).map(([name, value]) => ({ name, value })) }] });
      await admin.disconnect();
      const error = await world.open().catch((thrown: AppError) => thrown);
      expect(error).toMatchObject({ code: 'kafka.topic_settings' });
      for (const mend of ['cleanup.policy=delete', 'max.message.bytes=1048576', 'retention.ms=604800000']) {
        expect((error as AppError).message).toContain(`kafka-configs.sh --alter --entity-type topics --entity-name ${topic} --add-config ${mend}`);
      }
    });

    it('are created by two processes that start at once', async () => {
      world = new KafkaWorld(server.brokers);
      await Promise.all([world.open(), world.open()]);
    });

    it('tell brokers that do not answer from a connection that is not encrypted', async () => {
      expect(await settingsOf({ KONTOR_KAFKA_BROKERS: '127.0.0.1:1' })).toMatchObject({ code: 'kafka.unreachable', retry: 'later' });
      expect(await settingsOf({ KONTOR_KAFKA_TLS: 'on' })).toMatchObject({ code: 'kafka.tls_refused' });
      expect(await settingsOf({ KONTOR_KAFKA_TLS: 'on', KONTOR_KAFKA_CA_FILE: '/nowhere.pem' })).toMatchObject({ code: 'kafka.file_unreadable' });
    });
  });
});
