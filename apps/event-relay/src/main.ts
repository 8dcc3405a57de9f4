import type { Config } from '@kontor/config';
import { openPostgres } from '@kontor/db';
import { openKafkaEventBus } from '@kontor/events';
import { runService } from '@kontor/http';
import { AppError } from '@kontor/kernel';
import { EventRelayModule } from './event-relay.module.js';
import { Relay } from './relay/relay.js';

/** Brings events from the outbox to Kafka; any number of these share the work. */
await runService('event-relay', async ({ config, logger, health, opened }) => {
  const database = opened.add(await openPostgres({ url: databaseUrl(config) }));
  const events = opened.add(await openKafkaEventBus(config.kafka, { logger }));
  const relay = opened.add(new Relay({ tenant: config.services.tenant, database, events, logger }));
  health.register('database', 'readiness', () => database.health());
  health.register('kafka', 'readiness', () => events.ping());
  health.register('outbox', 'readiness', () => relay.assertCurrent());
  relay.start();
  return EventRelayModule.with(relay);
});

function databaseUrl({ services }: Config): string {
  if (services.databaseUrl !== undefined) return services.databaseUrl;
  throw new AppError('service.database_missing', { message: 'The service needs a PostgreSQL server: set KONTOR_DATABASE_URL. Without one, run all services in one process: npm start.' });
}
