import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { z } from 'zod';

/** What the file was when its hash was last computed; while size and time stay, a start need not read a gigabyte. */
const Stamp = z.object({ sizeBytes: z.number(), modifiedMs: z.number(), sha256: z.string() });
type Stamp = z.infer<typeof Stamp>;

const stampPath = (path: string): string => `${path}.stamp.json`;

async function readStamp(path: string): Promise<Stamp | undefined> {
  try {
    return Stamp.parse(JSON.parse(await readFile(stampPath(path), 'utf8')));
  } catch {
    // Without a readable stamp the file is hashed, which is what a missing stamp means.
    return undefined;
  }
}

export async function writeStamp(path: string, sha256: string): Promise<void> {
  const { size, mtimeMs } = await stat(path);
  const stamp: Stamp = { sizeBytes: size, modifiedMs: mtimeMs, sha256 };
  await writeFile(`${stampPath(path)}.new`, JSON.stringify(stamp), { mode: 0o600 });
  await rename(`${stampPath(path)}.new`, stampPath(path));
}

export async function hashFile(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1_048_576, signal })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** The hash that the stamp vouches for, or undefined where the file changed since or was never hashed. */
export async function stampedHash(path: string): Promise<string | undefined> {
  const [stamp, { size, mtimeMs }] = await Promise.all([readStamp(path), stat(path)]);
  return stamp?.sizeBytes === size && stamp.modifiedMs === mtimeMs ? stamp.sha256 : undefined;
}
