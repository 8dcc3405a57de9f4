import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const KEY_BYTES = 32;

/** The key that signs sessions; kept beside the store, so that a restart signs nobody out. */
export async function sessionKey(directory: string): Promise<Buffer> {
  const path = join(directory, 'session.key');
  const kept = await readFile(path).catch(() => null);
  if (kept?.length === KEY_BYTES) return kept;
  const fresh = randomBytes(KEY_BYTES);
  await writeFile(path, fresh, { mode: 0o600 });
  return fresh;
}
