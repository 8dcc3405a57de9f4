import type { Capability } from '@kontor/contracts';
import type { WorkerTx } from '../database.js';

export interface Instance {
  id: string;
  service: string;
  capabilities: Capability[];
  startedAt: Date;
}

/** A process that was not heard of for so long is gone; one that ends in order says so itself. */
const SEEN_WITHIN = `interval '30 seconds'`;

/** Says that a process is there and what it can do, again and again. */
export async function reportInstance(tx: WorkerTx, { id, service, capabilities }: Omit<Instance, 'startedAt'>): Promise<void> {
  await tx.query(
    `INSERT INTO instance (tenant, id, service, capabilities) VALUES ($1, $2, $3, $4::jsonb)
     ON CONFLICT (tenant, id) DO UPDATE SET capabilities = excluded.capabilities, seen_at = now()`,
    [tx.tenant, id, service, JSON.stringify(capabilities)],
  );
  // Those that died without a word are nobody's to take away but the living's.
  await tx.query(`DELETE FROM instance WHERE tenant = $1 AND seen_at < now() - 10 * ${SEEN_WITHIN}`, [tx.tenant]);
}

export async function removeInstance(tx: WorkerTx, id: string): Promise<void> {
  await tx.query('DELETE FROM instance WHERE tenant = $1 AND id = $2', [tx.tenant, id]);
}

/** Those that were heard of lately, by the database's clock. */
export function liveInstances(tx: WorkerTx): Promise<Instance[]> {
  return tx.query(`SELECT id, service, capabilities, started_at AS "startedAt" FROM instance WHERE tenant = $1 AND seen_at > now() - ${SEEN_WITHIN} ORDER BY service, id`, [tx.tenant]);
}
