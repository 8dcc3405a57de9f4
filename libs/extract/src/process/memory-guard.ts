import { Worker } from 'node:worker_threads';

/** Ends the process without a core dump; the parent reads it as "needed too much memory". */
export const MEMORY_SIGNAL = 'SIGUSR2';

/**
 * Watches all memory of this process from a thread of its own. V8's heap limit does not count the buffers that
 * a compressed stream unpacks into, and a busy main thread could not look.
 */
export function guardMemory(memoryBytesMax: number): void {
  new Worker(new URL('./memory-guard-thread.js', import.meta.url), { workerData: memoryBytesMax, resourceLimits: { maxOldGenerationSizeMb: 16 } }).unref();
}
