import { createInterface } from 'node:readline';
import { removeServer } from './processes.mjs';

// Runs beside a process that started servers, in a session of its own, and reads from it `+ folder` and `- folder`. The
// end of that input is the end of that process, however it came, kill -9 included: then all it left is ended and removed.
const SPAWN_MS_MAX = 200;
const folders = new Set();

for await (const line of createInterface({ input: process.stdin })) {
  if (line.startsWith('+ ')) folders.add(line.slice(2));
  else folders.delete(line.slice(2));
}

if (folders.size > 0) {
  // A server that was being started in the last moment writes its id before it does anything else.
  await new Promise((resolve) => setTimeout(resolve, SPAWN_MS_MAX));
  for (const folder of folders) removeServer(folder);
}
