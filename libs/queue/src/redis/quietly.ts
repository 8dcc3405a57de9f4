import type { Logger } from '@kontor/observability';

const REPEAT_MS = 60_000;

/** Logs an error when it is new, and once a minute while it repeats: a server that is down is tried many times a second. */
export function quietly(logger: Logger, message: string, bindings: object = {}): (error: Error) => void {
  let last = '';
  let loggedMs = -Infinity;
  return (error) => {
    const nowMs = performance.now();
    if (error.message === last && nowMs - loggedMs < REPEAT_MS) return;
    [last, loggedMs] = [error.message, nowMs];
    logger.error({ ...bindings, err: error }, message);
  };
}
