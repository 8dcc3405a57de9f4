import { chmod, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where a running Kontor says how the command line reaches it; readable only by who owns the store. */
export const RUN_FILE = 'run.json';

export async function writeRunFile(directory: string, content: { baseUrl: string; pid: number; token: string }): Promise<() => Promise<void>> {
  const path = join(directory, RUN_FILE);
  await writeFile(path, JSON.stringify(content), { mode: 0o600 });
  await chmod(path, 0o600);
  return () => rm(path, { force: true });
}
