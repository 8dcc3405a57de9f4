import type { Capability } from '@kontor/contracts';
import { newId } from '@kontor/kernel';
import type { Database } from './database.js';
import { reportInstance, removeInstance } from './repositories/instances.js';

const REPORT_EVERY_MS = 10_000;

export interface PresenceOptions {
  tenant: string;
  service: string;
  capabilities: () => Capability[];
  /** Told where the report could not be written; the next one comes anyway. */
  onError: (error: Error) => void;
}

/**
 * Reports a process to the others for as long as it runs.
 *
 * @example opened.add(await startPresence(database, { tenant, service: 'inference-worker', capabilities: () => runtime.capabilities(), onError }));
 */
export async function startPresence(database: Database, { tenant, service, capabilities, onError }: PresenceOptions): Promise<{ close(): Promise<void> }> {
  const id = newId();
  const report = (): Promise<void> => database.worker(tenant, (tx) => reportInstance(tx, { id, service, capabilities: capabilities() }));
  await report();
  let last: Promise<void> = Promise.resolve();
  const timer = setInterval(() => (last = report().catch(onError)), REPORT_EVERY_MS);
  timer.unref();
  return {
    close: async () => {
      clearInterval(timer);
      await last;
      await database.worker(tenant, (tx) => removeInstance(tx, id)).catch(onError);
    },
  };
}
