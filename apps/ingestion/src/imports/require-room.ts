import { imports } from '@kontor/db';
import { AppError } from '@kontor/kernel';
import type { IngestionPorts } from '../ports.js';

/** When to come back where no import was timed yet, and at the soonest and at the latest otherwise. */
const RETRY_AFTER_MS = 30_000;
const RETRY_AFTER_MS_MIN = 5_000;
const RETRY_AFTER_MS_MAX = 600_000;

/** Whoever begins an import or an upload is sent away while as many as may are under way; asked before anything is stored. */
export async function requireRoom({ database, tenant, importsWaitingMax }: Pick<IngestionPorts, 'database' | 'tenant' | 'importsWaitingMax'>): Promise<void> {
  const { open, meanMs } = await database.worker(tenant, (tx) => imports.readLoad(tx));
  if (open < importsWaitingMax) return;
  const retryAfterMs = Math.min(Math.max(meanMs ?? RETRY_AFTER_MS, RETRY_AFTER_MS_MIN), RETRY_AFTER_MS_MAX);
  const retryAfterSeconds = Math.ceil(retryAfterMs / 1_000);
  throw new AppError('imports.full', {
    status: 429,
    retry: 'later',
    message: `${open} imports are under way or wait, as many as may (KONTOR_IMPORTS_WAITING_MAX). Nothing of yours was taken; begin it again in ${retryAfterSeconds} seconds.`,
    details: { position: open, estimateMs: meanMs === null ? null : Math.round(meanMs), retryAfterSeconds },
  });
}
