import { readlinkSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

/**
 * Lets everything else on this machine go before the calling thread, where the system knows priorities of threads:
 * an import then takes the processors' spare time, while an answer that is being written keeps its speed.
 */
export function yieldToOthers(): void {
  if (process.platform !== 'linux') return;
  try {
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    setPriority(thread, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // A sandbox that hides /proc or forbids it: embedding works, only less politely.
  }
}
