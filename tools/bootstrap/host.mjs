import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { SetupFailure } from './failures.mjs';

const platforms = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64'];

/** Refuses a machine on which nothing later would work. */
export function checkHost(env, { platform = process.platform, arch = process.arch } = {}) {
  const machine = `${platform}-${arch}`;
  if (!platforms.includes(machine)) {
    throw new SetupFailure(`Kontor does not run on ${machine}; it needs one of ${platforms.join(', ')}.`);
  }
  return { did: false, summary: `${machine}, Node ${process.versions.node}` };
}

/** The path of npm, for the steps that need it. */
export function findNpm(env) {
  const name = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const found = (env.PATH ?? '').split(delimiter).map((folder) => join(folder, name)).find((path) => existsSync(path));
  if (found) return found;
  throw new SetupFailure('npm was not found: it comes with Node from https://nodejs.org, or as a package of its own (Debian: apt-get install npm).');
}
