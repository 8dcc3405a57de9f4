import { newId } from '@kontor/kernel';
import type { EventPayload, EventType, KontorEvent } from '@kontor/contracts';
import type { PersonTx, WorkerTx } from '../database.js';

/** Announces a change in the transaction that makes it: both happen, or neither. */
export async function announce<Type extends EventType>(tx: PersonTx | WorkerTx, aggregate: string, type: Type, payload: EventPayload<Type>): Promise<void> {
  const tenant = 'scope' in tx ? tx.scope.tenant : tx.tenant;
  await tx.query('INSERT INTO outbox (tenant, id, aggregate, type, payload) VALUES ($1, $2, $3, $4, $5::jsonb)', [tenant, newId(), aggregate, type, JSON.stringify(payload)]);
}

/** The oldest events that were not published yet. */
export async function waitingEvents(tx: WorkerTx, limit: number): Promise<KontorEvent[]> {
  const rows = await tx.query<Omit<KontorEvent, 'createdAt'> & { createdAt: Date }>(
    `SELECT id, tenant, aggregate, type, payload, created_at AS "createdAt" FROM outbox WHERE tenant = $1 AND published_at IS NULL ORDER BY id LIMIT $2`,
    [tx.tenant, limit],
  );
  return rows.map((row) => ({ ...row, createdAt: row.createdAt.toISOString() }));
}

export async function markPublished(tx: WorkerTx, ids: readonly string[]): Promise<void> {
  await tx.query('UPDATE outbox SET published_at = now() WHERE tenant = $1 AND id = ANY ($2::uuid[])', [tx.tenant, ids]);
}

/** Deletes what was published longer ago than that: it was kept to see what went out, and a table that only grows is slow one day. */
export async function removePublished(tx: WorkerTx, olderThanMs: number): Promise<void> {
  await tx.query(`DELETE FROM outbox WHERE tenant = $1 AND published_at < now() - $2 * interval '1 millisecond'`, [tx.tenant, olderThanMs]);
}
