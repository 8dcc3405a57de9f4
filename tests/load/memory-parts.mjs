// Peak memory of each part of Kontor alone, beside that of a process that only loads the libraries.
//   node tests/load/memory-parts.mjs FOLDER_WITH_MARKDOWN
import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const PART = fileURLToPath(new URL('./memory-part.mjs', import.meta.url));
const names = execFileSync(process.execPath, [PART], { encoding: 'utf8' }).trim().split('\n');
const rows = [];
for (const part of names) {
  const child = fork(PART, [part, process.argv[2]]);
  const peak = await Promise.race([once(child, 'message').then(([megabytes]) => megabytes), once(child, 'exit').then(([code]) => Promise.reject(new Error(`${part} ended with ${code}`)))]);
  rows.push({ part, 'peak MB': Math.round(peak), 'above the libraries MB': Math.round(peak - (rows[0]?.['peak MB'] ?? peak)) });
}
console.table(rows);
