import { outbox, type Database } from '@kontor/db';
import { startOutboxRelay, type EventBus, type OutboxRelay, type RelayOptions } from '@kontor/events';

/** Brings what was announced in this tenant's transactions to the bus, until it is closed. */
export function relayEvents(database: Database, tenant: string, bus: EventBus, options: RelayOptions): OutboxRelay {
  const reader = {
    waiting: (limit: number) => database.worker(tenant, (tx) => outbox.waitingEvents(tx, limit)),
    markPublished: (ids: readonly string[]) => database.worker(tenant, (tx) => outbox.markPublished(tx, ids)),
    removePublished: (olderThanMs: number) => database.worker(tenant, (tx) => outbox.removePublished(tx, olderThanMs)),
  };
  return startOutboxRelay(reader, bus, options);
}
