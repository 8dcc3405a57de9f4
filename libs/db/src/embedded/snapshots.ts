import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

const SNAPSHOTS_KEPT = 2;
const NAME = /^snapshot-\d+\.tar\.gz$/;

/** The snapshots in `directory`, newest first. */
export async function listSnapshots(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch(() => [] as string[]);
  return names.filter((name) => NAME.test(name)).sort().reverse().map((name) => join(directory, name));
}

/** Writes a snapshot that is on the disk before it has its name, and drops the oldest beyond two. */
export async function writeSnapshot(directory: string, bytes: Uint8Array, now = Date.now()): Promise<string> {
  await mkdir(directory, { recursive: true });
  const path = join(directory, `snapshot-${now}.tar.gz`);
  const file = await open(`${path}.part`, 'w');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.part`, path);
  for (const old of (await listSnapshots(directory)).slice(SNAPSHOTS_KEPT)) await rm(old, { force: true });
  return path;
}
