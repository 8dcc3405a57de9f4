import { open, readFile, rm } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '@kontor/kernel';

const LOCK_FILE = 'store.lock';

/**
 * One process a store: two would corrupt it. The lock names the process by id and start time, so that a
 * process which was killed never blocks, and a new process with the same id is not mistaken for it.
 */
export async function lockStore(directory: string): Promise<() => Promise<void>> {
  const path = join(directory, LOCK_FILE);
  const own = `${process.pid} ${startTime(process.pid) ?? '-'}\n`;
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      const file = await open(path, 'wx');
      await file.writeFile(own);
      await file.sync();
      await file.close();
      return async () => rm(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = await readFile(path, 'utf8').catch(() => '');
    if (isAlive(holder)) {
      const pid = Number.parseInt(holder, 10);
      throw new AppError('store.in_use', { status: 409, message: `Another Kontor (process ${pid}) uses the store in ${directory}; stop it, or give this one its own folder with KONTOR_DATA.`, details: { pid } });
    }
    await rm(path, { force: true });
  }
  throw new AppError('store.in_use', { status: 409, message: `The store in ${directory} is being opened by another process; try again.` });
}

function isAlive(holder: string): boolean {
  const [pidText, started] = holder.trim().split(' ');
  const pid = Number.parseInt(pidText ?? '', 10);
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives and belongs to somebody else.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const now = startTime(pid);
  return started === undefined || started === '-' || now === null || now === started;
}

/** Clock ticks since boot at which a process started (Linux, proc(5) field 22); null where that is not told. */
function startTime(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
