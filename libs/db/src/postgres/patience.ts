import { setTimeout as wait } from 'node:timers/promises';
import { AppError } from '@kontor/kernel';

const TRIES_MAX = 20;
const PAUSE_MS = 1_000;

/** Whoever reads a table waits behind a change that waits for it. So a change gives up soon, lets them pass, and comes again. */
export const LOCK_LIMIT = `SET LOCAL lock_timeout = '3s'`;

/** Of a change. A server whose client was killed looks for it, or it would finish a long statement for nobody. */
export const LIMITS = `${LOCK_LIMIT}; SET LOCAL statement_timeout = 0; SET LOCAL search_path = public;
DO $$ BEGIN SET LOCAL client_connection_check_interval = '1s'; EXCEPTION WHEN OTHERS THEN NULL; END $$;
`;

/** Does the work again after a pause while it finds that others hold what it needs, twenty times. */
export async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'store.lock_timeout' || tries === TRIES_MAX) throw error;
      await wait(PAUSE_MS);
    }
  }
}
