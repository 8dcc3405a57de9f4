import type { JobDefinition } from '@kontor/contracts';
import type { BullJob } from './backend.js';
import type { HostSetting } from './worker-host.js';
import type { JobTable } from '../job-queue.js';

const EVERY_MS = 60_000;
const LOOKED_AT_MAX = 100;
/** Clocks of healthy machines differ by less. */
const CLOCKS_DIFFER_MS = 5_000;

/** The longest wait before another attempt. */
const backoffMsMax = ({ attempts, backoffMs }: JobDefinition): number => backoffMs * 2 ** Math.max(0, attempts - 2);

/**
 * Lets jobs run whose next attempt lies further ahead than any that was meant: the clock of the worker that put them off
 * was ahead of the others. The time at which a job may be tried again is the only one that BullMQ takes from the clock of a
 * process; locks and time limits are the server's.
 */
async function promoteStrays<Table extends JobTable>({ table, queueOf, logger }: HostSetting<Table>, queueName: string): Promise<void> {
  for (const job of (await queueOf(queueName).getDelayed(0, LOOKED_AT_MAX - 1)) as BullJob[]) {
    const definition = table[job.name];
    // Its last attempt began in the past, so it waits for no more than its backoff.
    const waitsMs = (job.processedOn ?? job.timestamp) + job.delay - Date.now();
    if (!definition || waitsMs <= backoffMsMax(definition) + CLOCKS_DIFFER_MS) continue;
    await job.promote();
    logger.warn({ job: job.name, id: job.id, queue: queueName }, 'a job was put off for longer than any is; a clock must have jumped');
  }
}

/** Looks for strays at once and then again and again. */
export function watchStrays<Table extends JobTable>(setting: HostSetting<Table>, queues: readonly string[]): NodeJS.Timeout {
  const look = (): void => {
    for (const queue of queues) promoteStrays(setting, queue).catch((thrown: unknown) => setting.logger.debug({ queue, err: thrown }, 'could not look for strays'));
  };
  look();
  return setInterval(look, EVERY_MS).unref();
}
