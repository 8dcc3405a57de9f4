import { AppError } from '@kontor/kernel';
import { UNTOUCHED } from './job-queue.js';

/** How long work may go on after its signal, to put things in order. */
const SETTLE_MS = 5_000;

export interface RunLimits {
  timeoutMs: number;
  /** Why else the work may have to stop. */
  signals: readonly AbortSignal[];
  settleMs?: number;
}

/**
 * Runs work under a time limit. Once it is told to stop, the reason of the stop is its error, unless it finishes
 * nevertheless; work that ignores its signal is left behind.
 */
export async function runWithin(limits: RunLimits, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const { timeoutMs, settleMs = SETTLE_MS } = limits;
  const timeout = new AbortController();
  const signal = AbortSignal.any([timeout.signal, ...limits.signals]);
  const timers = [setTimeout(() => timeout.abort(new AppError('job.timeout', { retry: 'later', message: `The job did not finish within ${timeoutMs} ms.` })), timeoutMs)];
  const abandoned = new Promise<never>((_, reject) => {
    const give = (): void => void timers.push(setTimeout(() => reject(signal.reason as Error), settleMs));
    if (signal.aborted) give();
    else signal.addEventListener('abort', give, { once: true });
  });
  try {
    await Promise.race([work(signal), abandoned]);
  } catch (thrown) {
    // That nothing was done is known to the work alone.
    throw signal.aborted && !isUntouched(thrown) ? signal.reason : thrown;
  } finally {
    for (const timer of timers) clearTimeout(timer);
  }
}

const isUntouched = (thrown: unknown): boolean => thrown instanceof AppError && thrown.code === UNTOUCHED;
