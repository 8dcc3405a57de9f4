import { workerData } from 'node:worker_threads';
import { MEMORY_SIGNAL } from './memory-guard.js';

const CHECK_MS = 50;
const memoryBytesMax = Number(workerData);

setInterval(() => {
  if (process.memoryUsage.rss() < memoryBytesMax) return;
  // Where the system knows no such signal, plain killing still frees the memory.
  try {
    process.kill(process.pid, MEMORY_SIGNAL);
  } catch {
    process.kill(process.pid, 'SIGKILL');
  }
}, CHECK_MS);
