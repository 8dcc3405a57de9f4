import type { Capability } from '@kontor/contracts';
import { instances, startPresence, type Database } from '@kontor/db';
import type { ServiceParts } from '@kontor/http';

/** Tells the other services that this process is there and what it can do, until it closes. */
export async function announcePresence({ config, logger, opened }: ServiceParts, database: Database, service: string, capabilities: () => Capability[] = () => []): Promise<void> {
  const onError = (error: Error): void => logger.warn({ err: error }, 'presence could not be told');
  opened.add(await startPresence(database, { tenant: config.services.tenant, service, capabilities, onError }));
}

/** What people can use: what this process does itself, and what other processes do for it, the best of them. */
export async function capabilitiesWith(database: Database, tenant: string, own: readonly Capability[]): Promise<Capability[]> {
  const others = (await database.worker(tenant, (tx) => instances.liveInstances(tx))).flatMap((instance) => instance.capabilities);
  return (['chat', 'embedder'] as const).map((name): Capability => {
    const told = own.find((one) => one.name === name);
    const all = others.filter((one) => one.name === name);
    return told ?? all.find((one) => one.ready) ?? all[0] ?? { name, model: null, ready: false, state: 'no service that does this runs', mend: null };
  });
}

const SLOTS_KEPT_MS = 5_000;

/** How many answers all workers together write at the same time, as they told lately; one where nobody did. */
export function answerSlots(database: Database, tenant: string): () => Promise<number> {
  let [slots, readAtMs] = [1, -Infinity];
  return async () => {
    if (performance.now() - readAtMs < SLOTS_KEPT_MS) return slots;
    readAtMs = performance.now();
    const live = await database.worker(tenant, (tx) => instances.liveInstances(tx));
    const writers = live.flatMap(({ capabilities }) => capabilities).filter(({ name, ready }) => name === 'chat' && ready);
    return (slots = Math.max(1, writers.reduce((sum, { parallel = 1 }) => sum + parallel, 0)));
  };
}
