import { setTimeout as pause } from 'node:timers/promises';
import { isUnreachable, toRedisProblem, unreachable } from './redis-problem.js';

const RETRY_MS = 100;

/**
 * Does what may be done twice, again and again for so long while the server cannot be reached.
 *
 * @throws AppError `queue.unreachable` once the time is over, also where the call itself hangs
 */
export async function patiently<Result>(waitMs: number, work: () => Promise<Result>): Promise<Result> {
  const untilMs = performance.now() + waitMs;
  const ended = new AbortController();
  const late = pause(waitMs, undefined, { signal: ended.signal, ref: false }).then(() => Promise.reject(unreachable()));
  // Where the work wins, nobody waits for this any more.
  late.catch(() => undefined);
  try {
    for (;;) {
      try {
        return await Promise.race([work(), late]);
      } catch (thrown) {
        if (!isUnreachable(thrown) || performance.now() + RETRY_MS >= untilMs) throw toRedisProblem(thrown);
      }
      await pause(RETRY_MS);
    }
  } finally {
    ended.abort();
  }
}
