import type { Database } from '@kontor/db';
import { InProcessEventBus, openKafkaEventBus, watchKafka, type EventSource, type EventWatch, type KafkaEventBus, type OutboxRelay } from '@kontor/events';
import type { ServiceParts } from '@kontor/http';
import { relayEvents } from './relay-events.js';

/**
 * What has happened anywhere in Kontor, for a service that listens: from Kafka where brokers are named, else from the
 * outbox itself. Then each process that listens empties it by itself, which does as long as one kind of service listens.
 *
 * @example const events = await openEvents(parts, database);
 */
export async function openEvents(parts: ServiceParts, database: Database): Promise<EventSource> {
  if (parts.config.kafka.brokers !== undefined) return openBrokers(parts);
  const { config, logger, opened } = parts;
  const bus = opened.add(new InProcessEventBus());
  let relay: OutboxRelay | undefined;
  return {
    subscribe: (...listener) => {
      const unsubscribe = bus.subscribe(...listener);
      // Not before somebody listens: what waits from the last time would go by.
      relay ??= opened.add(relayEvents(database, config.services.tenant, bus, { logger }));
      return unsubscribe;
    },
  };
}

/** What happens from now on, for a service that keeps something in memory; it runs as well while Kafka is away. */
export function openWatch({ config, logger, opened }: ServiceParts): EventWatch | undefined {
  return config.kafka.brokers === undefined ? undefined : opened.add(watchKafka(config.kafka, logger));
}

/** The bus on the brokers that the configuration names; readiness asks them. */
export async function openBrokers({ config, logger, health, opened }: ServiceParts): Promise<KafkaEventBus> {
  const events = opened.add(await openKafkaEventBus(config.kafka, { logger }));
  health.register('kafka', 'readiness', () => events.ping());
  return events;
}
