import { spawnSync } from 'node:child_process';
import { dirname, delimiter } from 'node:path';
import { Failure } from './step.mjs';

/** Builds every project through Nx, which skips what has not changed. */
export function build(node) {
  const env = { ...process.env, NX_DAEMON: 'false', NX_NO_CLOUD: 'true', PATH: dirname(node) + delimiter + process.env.PATH };
  const result = spawnSync(node, ['node_modules/nx/bin/nx.js', 'run-many', '-t', 'build', '--output-style=stream'], { env, encoding: 'utf8', maxBuffer: 1 << 26 });
  if (result.status === 0) return result.stdout.includes('read the output from the cache') ? 'from the cache' : 'built';
  process.stderr.write(result.stdout + result.stderr);
  throw new Failure('the build failed; the compiler’s messages stand above.');
}
