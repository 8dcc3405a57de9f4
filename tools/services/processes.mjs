import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** File in a server's folder that holds the id of its process while it runs. */
export const PID_FILE = 'server.pid';

/** Sends a signal to a process and all that it started. Returns their ids. */
export function signalTree(pid, signal) {
  const ids = [pid, ...descendants(pid)];
  for (const id of ids) {
    try {
      process.kill(id, signal);
    } catch {
      continue;
    }
  }
  return ids;
}

export function isAlive(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
  // Whoever inherits an orphan may be slow to collect it; what is dead and not collected runs no more.
  return !/\) [ZX] /.test(readText(`/proc/${pid}/stat`));
}

export async function waitUntilGone(ids, timeoutMs) {
  for (const started = Date.now(); ids.some(isAlive); ) {
    if (Date.now() - started > timeoutMs) throw new Error(`Process ${ids.find(isAlive)} does not end.`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function descendants(pid) {
  const children = new Map();
  for (const [id, parent] of parents()) children.set(parent, [...(children.get(parent) ?? []), id]);
  const collect = (id) => (children.get(id) ?? []).flatMap((child) => [child, ...collect(child)]);
  return collect(pid);
}

/** Pairs of a process and its parent. A bare Debian has /proc and no `ps`; macOS has it the other way round. */
function parents() {
  if (!existsSync('/proc/self/stat')) {
    return execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), Number(/\) \S (\d+)/.exec(readText(`/proc/${name}/stat`))?.[1] ?? 0)]);
}

/** Ends what still runs in a server's folder, and removes the folder. */
export function removeServer(folder) {
  const pid = Number(readText(join(folder, PID_FILE)));
  if (pid > 1) signalTree(pid, 'SIGKILL');
  // A killed PostgreSQL leaves the few bytes of shared memory by which it keeps a second server out of its data.
  const memory = /^\s*\d+\s+(\d+)\s*$/m.exec(readText(join(folder, 'data', 'postmaster.pid')).split('\n')[6] ?? '')?.[1];
  if (memory) releaseMemory(memory);
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
}

function releaseMemory(id) {
  try {
    execFileSync('ipcrm', ['-m', id], { stdio: 'ignore' });
  } catch {
    // Released already, or by another server that took the id: either way nothing of ours is left.
  }
}

function readText(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
