import { startPostgres, startRedis } from '../index.mjs';

// Starts servers, says where they are, and waits to be killed. `early` says it before they have started.
const [mode] = process.argv.slice(2);
const said = (folder, pid) => process.stdout.write(`${JSON.stringify({ folder, pid })}\n`);

if (mode === 'early') {
  const { watch } = await import('../watch.mjs');
  const { mkdtempSync } = await import('node:fs');
  const { tmpdir } = await import('node:os');
  const { join } = await import('node:path');
  const folder = mkdtempSync(join(tmpdir(), 'kontor-early-'));
  watch(folder);
  said(folder);
} else {
  for (const server of [await startRedis(), await startPostgres()]) said(server.folder, server.pid);
}
if (mode !== 'forget') setInterval(() => {}, 60_000);
