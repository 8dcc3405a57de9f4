import { open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';

const BEAT_MS = 5_000;
/** A holder that did not beat this long is dead, or its machine is; several beats are allowed to be missed. */
const SILENT_MS_MAX = 60_000;
const POLL_MS = 300;

const Holder = z.object({ host: z.string(), pid: z.number().int(), token: z.string() });
type Holder = z.infer<typeof Holder>;

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    return Holder.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    // Gone meanwhile, or half written by a process that died just then: its age decides.
    return undefined;
  }
}

async function isStale(path: string, holder: Holder | undefined): Promise<boolean> {
  if (holder !== undefined && holder.host === hostname() && !alive(holder.pid)) return true;
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }));
  return Date.now() - mtimeMs > SILENT_MS_MAX;
}

/** Moves the lock aside before removing it: of several that found it stale only one succeeds. */
async function removeStale(path: string, stale: Holder | undefined): Promise<void> {
  const aside = `${path}.${process.pid}.${crypto.randomUUID()}`;
  await rename(path, aside).catch(() => undefined);
  const moved = await readHolder(aside);
  // Someone took the lock between our look and our move: it goes back to its holder.
  if (moved !== undefined && moved.token !== stale?.token) await rename(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

async function take(path: string, holder: Holder): Promise<boolean> {
  try {
    const handle = await open(path, 'wx', 0o600);
    await handle.writeFile(JSON.stringify(holder));
    await handle.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Runs the work while no other process holds the same lock file, and waits for it otherwise. A process that
 * died while holding it blocks nobody.
 */
export async function withFileLock<T>(path: string, signal: AbortSignal, onWait: () => void, work: () => Promise<T>): Promise<T> {
  const holder: Holder = { host: hostname(), pid: process.pid, token: crypto.randomUUID() };
  while (!(await take(path, holder))) {
    const other = await readHolder(path);
    if (await isStale(path, other)) {
      await removeStale(path, other);
      continue;
    }
    onWait();
    await wait(POLL_MS, undefined, { signal });
  }
  const beat = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => undefined), BEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    if ((await readHolder(path))?.token === holder.token) await rm(path, { force: true });
  }
}
