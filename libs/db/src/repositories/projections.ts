import type { AuditEntry, EventPayload, KontorEvent, UsageDay } from '@kontor/contracts';
import type { WorkerTx } from '../database.js';

/** Notes that this consumer takes the event; false where it has taken it before. For the transaction of what it does with it. */
export async function takeEvent(tx: WorkerTx, consumer: string, eventId: string): Promise<boolean> {
  const rows = await tx.query('INSERT INTO event_taken (tenant, consumer, event_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING event_id', [tx.tenant, consumer, eventId]);
  return rows.length > 0;
}

/** Forgets events that were taken longer ago than any topic keeps them. */
export async function forgetTaken(tx: WorkerTx, olderThanMs: number): Promise<void> {
  await tx.query(`DELETE FROM event_taken WHERE tenant = $1 AND taken_at < now() - $2 * interval '1 millisecond'`, [tx.tenant, olderThanMs]);
}

export async function recordAudit(tx: WorkerTx, { payload, createdAt }: KontorEvent<'audit.recorded'>): Promise<void> {
  const { auditId, actor, action, target, outcome, code } = payload;
  await tx.query(
    `INSERT INTO audit_entry AS entry (tenant, id, actor, action, target, outcome, code, begun_at, ended_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     ON CONFLICT (tenant, id) DO UPDATE SET outcome = excluded.outcome, code = excluded.code, ended_at = excluded.ended_at WHERE entry.outcome = 'begun'`,
    [tx.tenant, auditId, actor, action, target, outcome, code, createdAt, outcome === 'begun' ? null : createdAt],
  );
}

export async function listAudit(tx: WorkerTx, limit: number): Promise<AuditEntry[]> {
  const rows = await tx.query<Omit<AuditEntry, 'begunAt' | 'endedAt'> & { begunAt: Date; endedAt: Date | null }>(
    `SELECT id, actor, action, target, outcome, code, begun_at AS "begunAt", ended_at AS "endedAt" FROM audit_entry WHERE tenant = $1 ORDER BY begun_at DESC, id DESC LIMIT $2`,
    [tx.tenant, limit],
  );
  return rows.map((row) => ({ ...row, begunAt: row.begunAt.toISOString(), endedAt: row.endedAt?.toISOString() ?? null }));
}

type Counted = Exclude<keyof UsageDay, 'day'>;

/** Counts on the day on which it happened, in UTC; `by` is -1 where something is taken back. */
export async function countUsage(tx: WorkerTx, happenedAt: string, what: Counted, by: 1 | -1 = 1): Promise<void> {
  // One of the columns of the type, never a text from outside.
  await tx.query(
    `INSERT INTO usage_day AS usage (tenant, day, ${what}) VALUES ($1, $2::date, $3) ON CONFLICT (tenant, day) DO UPDATE SET ${what} = usage.${what} + $3`,
    [tx.tenant, happenedAt.slice(0, 10), by],
  );
}

export function readUsage(tx: WorkerTx, days: number): Promise<UsageDay[]> {
  return tx.query(
    `SELECT to_char(day, 'YYYY-MM-DD') AS day, questions, answered, abstained, stopped, failed, helpful, unhelpful FROM usage_day WHERE tenant = $1 ORDER BY day DESC LIMIT $2`,
    [tx.tenant, days],
  );
}

/** Which column an answer's status is counted in; one that this Kontor does not know counts nowhere. */
export function usageOf({ status }: Pick<EventPayload<'answer.finished'>, 'status'>): Counted | null {
  return status === 'answered' || status === 'abstained' || status === 'stopped' || status === 'failed' ? status : null;
}
