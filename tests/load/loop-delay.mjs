// Preloaded into a Kontor with --import: writes how late its event loop is to the file named in LOOP_DELAY_FILE, anew each
// time that it gets SIGUSR2.
import { writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 10;
if (isMainThread) {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  process.on('SIGUSR2', () => {
    const ms = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
    writeFileSync(process.env.LOOP_DELAY_FILE, JSON.stringify({ p50Ms: ms(delays.percentile(50)), p95Ms: ms(delays.percentile(95)), p99Ms: ms(delays.percentile(99)), maxMs: ms(delays.max) }));
    delays.reset();
  });
}
