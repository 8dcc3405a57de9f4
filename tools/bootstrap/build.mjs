import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { explain } from './failures.mjs';
import { findNpm } from './host.mjs';
import { logPath, run } from './processes.mjs';
import { fingerprint, projectFolders, pruneOrphans } from './sources.mjs';

const STAMP = '.kontor/build';

/** Builds every project through Nx's cache, unless no source changed since the last build. */
export async function buildStep(root, { env, note, node }) {
  const stamp = join(root, STAMP);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint(root)) return { did: false, summary: 'up to date' };
  findNpm(env);
  pruneOrphans(root);
  const log = logPath(root, 'build');
  const count = projectFolders(root).length;
  note(`building ${count} projects`);
  const nx = [join(root, 'node_modules/nx/dist/bin/nx.js'), 'run-many', '-t', 'build', `--parallel=${availableParallelism()}`];
  const result = await run(node, nx, { cwd: root, log, env: buildEnvironment(root, env, node) });
  if (result.code !== 0) throw explain('The build failed', result, log);
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, fingerprint(root));
  return { did: true, summary: `${count} projects built` };
}

function buildEnvironment(root, env, node) {
  return {
    ...env,
    PATH: [dirname(node), join(root, 'node_modules/.bin'), env.PATH ?? ''].join(delimiter),
    NX_DAEMON: 'false',
    NX_NO_CLOUD: 'true',
    NX_TUI: 'false',
    // Inside the checkout: the default lies in the temporary folder, where two users of one machine would collide.
    NX_NATIVE_FILE_CACHE_DIRECTORY: join(root, '.nx/native'),
    NO_COLOR: '1',
  };
}
