import type { LoggerService } from '@nestjs/common';
import type { Logger } from '@kontor/observability';

type Level = 'debug' | 'warn' | 'error' | 'fatal' | 'trace';

/** Nest's own messages in our log. What it tells at a start interests only someone who looks for a fault. */
export function nestLogger(logger: Logger): LoggerService {
  const write = (level: Level) => (message: unknown, ...rest: unknown[]): void => {
    const context = rest.findLast((entry) => typeof entry === 'string');
    if (message instanceof Error) logger[level]({ err: message, context });
    else logger[level]({ context }, String(message));
  };
  return { log: write('debug'), debug: write('trace'), verbose: write('trace'), warn: write('warn'), error: write('error'), fatal: write('fatal') };
}
