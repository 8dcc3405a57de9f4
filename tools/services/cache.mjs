import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { loadConfig } from '@kontor/config';

const DRAFT_AGE_MS_MAX = 3_600_000;

/** Where fetched servers lie: beside the models, shared by all clones of one person. */
export function cacheFolder({ KONTOR_HOME, XDG_DATA_HOME, LOCALAPPDATA } = process.env) {
  return join(loadConfig({ KONTOR_HOME, XDG_DATA_HOME, LOCALAPPDATA }).home.directory, 'services');
}

/**
 * The folder `name` of the cache, filled by `fill(folder)` the first time. What is half-filled is never seen under its
 * name; where two processes fetch at once, both fill a draft and the first to finish gives it the name.
 */
export async function fetchOnce(name, fill, cache = cacheFolder()) {
  const target = join(cache, name);
  if (existsSync(target)) return target;
  mkdirSync(cache, { recursive: true });
  removeOldDrafts(cache);
  const draft = join(cache, `.draft-${name}-${randomBytes(6).toString('hex')}`);
  mkdirSync(draft, { mode: 0o755 });
  try {
    await fill(draft);
    nameDraft(draft, target);
    return target;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

function nameDraft(draft, target) {
  try {
    renameSync(draft, target);
  } catch (error) {
    // The other process was quicker, and what it fetched has the same hash.
    if (!existsSync(target)) throw error;
  }
}

// A process that was killed in the middle of a download leaves its draft.
function removeOldDrafts(cache) {
  for (const name of readdirSync(cache).filter((entry) => entry.startsWith('.draft-'))) {
    const path = join(cache, name);
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > DRAFT_AGE_MS_MAX) rmSync(path, { recursive: true, force: true });
  }
}

/** One hash over the names and contents of all files in a folder. */
export async function hashFolder(folder) {
  const lines = [];
  for (const name of readdirSync(folder).sort()) lines.push(`${await hashFile(join(folder, name))}  ${name}\n`);
  return createHash('sha256').update(lines.join('')).digest('hex');
}

export async function hashFile(path) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
