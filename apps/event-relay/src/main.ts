import { runService } from '@kontor/http';
import { announcePresence, openBrokers, openDatabase } from '@kontor/wiring';
import { EventRelayModule } from './event-relay.module.js';
import { Relay } from './relay/relay.js';

/** Brings events from the outbox to Kafka; any number of these share the work. */
await runService('event-relay', async (parts) => {
  const { config, logger, health, opened } = parts;
  const database = await openDatabase(parts);
  const events = await openBrokers(parts);
  const relay = opened.add(new Relay({ tenant: config.services.tenant, database, events, logger }));
  health.register('outbox', 'readiness', () => relay.assertCurrent());
  await announcePresence(parts, database, 'event-relay');
  relay.start();
  return { module: EventRelayModule.with(relay) };
});
