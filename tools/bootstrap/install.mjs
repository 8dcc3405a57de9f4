import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { Failure } from './step.mjs';

const STAMP = 'node_modules/.kontor-installed';

/** Installs from the lock file with scripts off, once for each state of the lock file. */
export function installPackages() {
  const wanted = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex');
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return 'in place';
  const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip', NODE_LLAMA_CPP_SKIP_DOWNLOAD: 'true' };
  const result = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { stdio: ['ignore', 'inherit', 'inherit'], env, shell: process.platform === 'win32' });
  if (result.error) throw new Failure('npm was not found; install Node.js 20 or newer together with npm, then run the command again.');
  if (result.status !== 0) throw new Failure('npm could not install the packages named in package-lock.json; its reason stands above: check the network and the free disk space, then run the command again.');
  writeFileSync(STAMP, wanted);
  return 'installed';
}
