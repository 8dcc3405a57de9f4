import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 500;

/** Lets one process at a time set up a checkout: two `npm ci` in one folder destroy each other's work. */
export async function withSetupLock(root, progress, work) {
  const path = join(root, '.kontor', 'setup.pid');
  await acquire(root, path, progress);
  // Not `finally` alone: a step that calls process.exit, or a signal, must not leave the lock behind.
  const release = () => rmSync(path, { force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

async function acquire(root, path, progress) {
  let told = false;
  while (!claim(root, path)) {
    const owner = Number(readOr(path, '0'));
    if (!owner || !isAlive(owner)) {
      rmSync(path, { force: true });
      continue;
    }
    if (!told) progress.say('waiting', `another set-up of this folder runs as process ${owner}`);
    told = true;
    await sleep(POLL_MS);
  }
}

function claim(root, path) {
  try {
    mkdirSync(join(root, '.kontor'), { recursive: true });
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    // A folder that this user may only read needs no lock: nothing will be written, or the step will say so.
    if (['EACCES', 'EROFS', 'EPERM'].includes(error.code)) return true;
    throw error;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function readOr(path, fallback) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return fallback;
  }
}
