import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '@kontor/kernel';

export interface RetryTerms {
  /** After so many failures that are nobody's passing trouble, an event is put aside. */
  attemptsMax: number;
  backoffMs: number;
  backoffMsMax: number;
  /** How long trouble that passes (verdict `later`: a database that is down) is waited out before an event is put aside. */
  patienceMs: number;
}

export const RETRY_TERMS: RetryTerms = { attemptsMax: 6, backoffMs: 100, backoffMsMax: 30_000, patienceMs: 900_000 };

/** What came of an event: done, or given up after so many attempts with the last error. */
export type Outcome = { error: null } | { error: AppError; attempts: number };

/**
 * Runs `work` until it succeeds or is not worth another attempt. Between attempts it asks `mayGoOn`, which throws when
 * the partition is another's now or the process ends; the event then comes again to whoever has the partition.
 */
export async function retrying(work: () => Promise<void>, terms: RetryTerms, mayGoOn: () => void, signal: AbortSignal): Promise<Outcome> {
  const startedMs = performance.now();
  for (let attempts = 1; ; attempts += 1) {
    try {
      await work();
      return { error: null };
    } catch (thrown) {
      const error = AppError.from(thrown, 'event.handler_failed');
      const passing = thrown instanceof AppError && thrown.retry === 'later';
      const patient = passing ? performance.now() - startedMs < terms.patienceMs : attempts < terms.attemptsMax;
      if (!patient) return { error, attempts };
      mayGoOn();
      await sleep(Math.min(terms.backoffMs * 2 ** (attempts - 1), terms.backoffMsMax), undefined, { signal }).catch(() => undefined);
      mayGoOn();
    }
  }
}
