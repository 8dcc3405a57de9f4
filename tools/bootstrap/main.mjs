#!/usr/bin/env node
// Stands behind `npm start`, `npm test` and `./kontor`. Without dependencies, since nothing is installed yet.
import { spawnSync } from 'node:child_process';
import { installPackages } from './install.mjs';
import { findNode } from './node.mjs';
import { build } from './build.mjs';
import { Failure, step } from './step.mjs';

const TARGETS = {
  start: 'apps/standalone/dist/main.js',
  cli: 'apps/standalone/dist/cli/main.js',
  test: 'tools/check/main.mjs',
};

const [command = 'start', ...rest] = process.argv.slice(2);
try {
  if (command !== 'setup' && !(command in TARGETS)) throw new Failure(`"${command}" is no command of the bootstrap; use start, test, setup or cli.`);
  const quiet = command === 'cli';
  step('packages', quiet, installPackages);
  const node = findNode();
  step('build', quiet, () => build(node));
  if (command !== 'setup') {
    const result = spawnSync(node, [TARGETS[command], ...rest], { stdio: 'inherit' });
    process.exitCode = result.status ?? 1;
  }
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  process.stderr.write(`kontor: ${error.message}\n`);
  process.exitCode = 1;
}
