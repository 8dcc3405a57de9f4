import { loadConfig } from '@kontor/config';
import { openPostgres } from '@kontor/db';
import { openKafkaEventBus } from '@kontor/events';
import { silentLogger } from '@kontor/observability';
import { Relay } from '../relay/relay.js';

/** A relay that publishes one round and then, before anything is marked, does nothing until it is killed. */
const config = loadConfig();
const database = await openPostgres({ url: config.services.databaseUrl!.reveal() });
const bus = await openKafkaEventBus(config.kafka);
const events = {
  publishAll: async (...batch: Parameters<typeof bus.publishAll>) => {
    await bus.publishAll(...batch);
    process.stdout.write(`published ${batch[0].length}\n`);
    return new Promise<never>(() => setInterval(() => undefined, 60_000));
  },
};
await new Relay({ tenant: config.services.tenant, database, events, logger: silentLogger }).round();
