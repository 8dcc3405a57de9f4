import { execFileSync } from 'node:child_process';
import { closeSync, linkSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '@kontor/kernel';

interface Owner {
  pid: number;
  /** When the process began, in the system's own words: a reused pid has another one. */
  began: string;
}

export interface Lock {
  release(): void;
}

/**
 * Takes the directory for this process. The engine has no lock of its own, and two processes on one store destroy it.
 * The lock is held by a living process alone: whatever a dead one left behind never blocks.
 */
export function acquireLock(directory: string): Lock {
  const path = join(directory, 'store.lock');
  const mine = JSON.stringify({ pid: process.pid, began: beginOf(process.pid) ?? '' } satisfies Owner);
  for (let attempt = 0; attempt < 5; attempt += 1) {
    if (createExclusively(path, mine)) return { release: () => releaseLock(path, mine) };
    const held = readLock(path);
    if (held === null) continue;
    const owner = parseOwner(held);
    if (owner && isAlive(owner)) throw inUse(directory, owner.pid);
    removeStale(path, held);
  }
  throw inUse(directory, null);
}

function inUse(directory: string, pid: number | null): AppError {
  const who = pid === null ? 'another process' : `the process ${pid}`;
  return new AppError('store.in_use', {
    status: 409,
    message: `The data folder ${directory} is in use by ${who}. Use the Kontor that runs there, stop it, or set KONTOR_DATA to another folder.`,
    details: { directory, pid },
  });
}

function createExclusively(path: string, content: string): boolean {
  // Written apart and linked into place: nobody ever reads half a lock.
  const draft = `${path}.${process.pid}`;
  const descriptor = openSync(draft, 'w');
  writeSync(descriptor, content);
  closeSync(descriptor);
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function readLock(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function parseOwner(content: string): Owner | null {
  try {
    const value = JSON.parse(content) as Partial<Owner>;
    return typeof value.pid === 'number' && typeof value.began === 'string' ? { pid: value.pid, began: value.began } : null;
  } catch {
    return null;
  }
}

// Another process may have found the same dead owner and been faster. What was moved away is compared, and put back
// if it is not what was judged.
function removeStale(path: string, judged: string): void {
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if (readFileSync(aside, 'utf8') !== judged) linkSync(aside, path);
  rmSync(aside, { force: true });
}

function releaseLock(path: string, mine: string): void {
  if (readLock(path) === mine) rmSync(path, { force: true });
}

export function isAlive({ pid, began }: Owner): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, under another account.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const now = beginOf(pid);
  return now === null || began === '' || now === began;
}

/** Null where the system does not tell. */
export function beginOf(pid: number): string | null {
  try {
    if (process.platform === 'linux') {
      const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // The name of the program may hold spaces and brackets; the 22nd field counts from behind its last bracket.
      return `${boot}:${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`;
    }
    if (process.platform === 'darwin') return execFileSync('/bin/ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null;
  } catch {
    // A process that just ended, or a system that hides others' processes.
  }
  return null;
}
