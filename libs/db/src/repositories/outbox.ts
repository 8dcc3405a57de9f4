import { newId } from '@kontor/kernel';
import type { EventPayload, EventType, KontorEvent } from '@kontor/contracts';
import { activeTraceParent } from '@kontor/observability';
import type { PersonTx, WorkerTx } from '../database.js';

/** Any constant will do, so long as nobody else on this server takes locks of two numbers that begin with it. */
const LOCK_CLASS = 730_552;
/** How many of the oldest events are looked through for an aggregate that no other relay holds. */
const LOOKED_THROUGH = 2_000;

/** Announces a change in the transaction that makes it: both happen, or neither. */
export async function announce<Type extends EventType>(tx: PersonTx | WorkerTx, aggregate: string, type: Type, payload: EventPayload<Type>): Promise<void> {
  const tenant = 'scope' in tx ? tx.scope.tenant : tx.tenant;
  await tx.query('INSERT INTO outbox (tenant, id, aggregate, type, payload, traceparent) VALUES ($1, $2, $3, $4, $5::jsonb, $6)', [tenant, newId(), aggregate, type, JSON.stringify(payload), activeTraceParent() ?? null]);
}

type EventRow = Omit<KontorEvent, 'createdAt' | 'traceparent'> & { createdAt: Date; traceparent: string | null };
const EVENT = 'id, tenant, aggregate, type, payload, created_at AS "createdAt", traceparent';
const toEvent = ({ traceparent, ...row }: EventRow): KontorEvent => ({ ...row, createdAt: row.createdAt.toISOString(), ...(traceparent === null ? {} : { traceparent }) });

/** The oldest events that were not published yet. */
export async function waitingEvents(tx: WorkerTx, limit: number): Promise<KontorEvent[]> {
  const rows = await tx.query<EventRow>(`SELECT ${EVENT} FROM outbox WHERE tenant = $1 AND published_at IS NULL AND refused_code IS NULL ORDER BY position LIMIT $2`, [tx.tenant, limit]);
  return rows.map(toEvent);
}

/**
 * Waiting events of aggregates that are this transaction's until it ends, in their order; other relays find other ones.
 * The lock is the database's: it goes when the process dies, whatever the clocks say.
 */
export async function claimEvents(tx: WorkerTx, limits: { aggregatesMax: number; eventsMax: number }): Promise<KontorEvent[]> {
  const claimed = await tx.query<{ aggregate: string }>(
    `WITH oldest AS MATERIALIZED (SELECT aggregate, position FROM outbox WHERE tenant = $1 AND published_at IS NULL AND refused_code IS NULL ORDER BY position LIMIT $3),
       first AS MATERIALIZED (SELECT aggregate, min(position) AS position FROM oldest GROUP BY aggregate ORDER BY 2)
     SELECT aggregate FROM first WHERE pg_try_advisory_xact_lock($4, hashtext($1 || '/' || aggregate)) LIMIT $2`,
    [tx.tenant, limits.aggregatesMax, LOOKED_THROUGH, LOCK_CLASS],
  );
  if (claimed.length === 0) return [];
  // A second look, now that they are held: what another relay has published in between is gone from it.
  const rows = await tx.query<EventRow>(
    `SELECT ${EVENT} FROM outbox WHERE tenant = $1 AND published_at IS NULL AND refused_code IS NULL AND aggregate = ANY ($2::text[]) ORDER BY position LIMIT $3`,
    [tx.tenant, claimed.map((row) => row.aggregate), limits.eventsMax],
  );
  return rows.map(toEvent);
}

export async function markPublished(tx: WorkerTx, ids: readonly string[]): Promise<void> {
  await tx.query('UPDATE outbox SET published_at = now() WHERE tenant = $1 AND id = ANY ($2::uuid[])', [tx.tenant, ids]);
}

/** Takes an event that can never be published out of the way of the others, and keeps why. */
export async function refuseEvent(tx: WorkerTx, id: string, code: string): Promise<void> {
  await tx.query('UPDATE outbox SET refused_code = $3 WHERE tenant = $1 AND id = $2', [tx.tenant, id, code]);
}

/** Lets refused events wait again; another version of Kontor or another setting of a topic may take them. Returns how many. */
export async function retryRefused(tx: WorkerTx): Promise<number> {
  const rows = await tx.query('UPDATE outbox SET refused_code = NULL WHERE tenant = $1 AND refused_code IS NOT NULL RETURNING id', [tx.tenant]);
  return rows.length;
}

export interface OutboxLag {
  waiting: number;
  /** Since when the oldest one waits, by the clock of the database. */
  oldestMs: number;
  refused: number;
}

export async function readLag(tx: WorkerTx): Promise<OutboxLag> {
  const [row] = await tx.query<OutboxLag>(
    `SELECT count(*) FILTER (WHERE refused_code IS NULL)::integer AS waiting, count(refused_code)::integer AS refused,
       greatest(0, coalesce(extract(epoch FROM clock_timestamp() - min(created_at) FILTER (WHERE refused_code IS NULL)), 0) * 1000)::float8 AS "oldestMs"
     FROM outbox WHERE tenant = $1 AND published_at IS NULL`,
    [tx.tenant],
  );
  return row!;
}

/** Deletes what was published longer ago than that: it was kept to see what went out, and a table that only grows is slow one day. */
export async function removePublished(tx: WorkerTx, olderThanMs: number): Promise<void> {
  await tx.query(`DELETE FROM outbox WHERE tenant = $1 AND published_at < now() - $2 * interval '1 millisecond'`, [tx.tenant, olderThanMs]);
}
