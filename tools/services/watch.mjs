import { spawn } from 'node:child_process';
import { join } from 'node:path';

const folders = new Set();
let guard;

/** From now on the server in this folder ends with this process, and its folder goes. To be called before the server starts. */
export function watch(folder) {
  folders.add(folder);
  if (guard) guard.stdin.write(`+ ${folder}\n`);
  else guard = startGuard();
}

/** The server was stopped and its folder removed. */
export function unwatch(folder) {
  folders.delete(folder);
  guard?.stdin.write(`- ${folder}\n`);
  if (folders.size > 0) return;
  guard?.stdin.end();
  guard = undefined;
}

function startGuard() {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'guard.mjs')], { detached: true, stdio: ['pipe', 'ignore', 'ignore'], cwd: '/', env: { PATH: process.env.PATH } });
  // A guard that somebody ended is replaced at the next start.
  const forget = () => {
    if (guard === child) guard = undefined;
  };
  child.on('error', forget).on('exit', forget);
  child.stdin.on('error', forget);
  for (const folder of folders) child.stdin.write(`+ ${folder}\n`);
  // It must not keep this process alive: its end is what the guard waits for.
  child.unref();
  child.stdin.unref?.();
  return child;
}
