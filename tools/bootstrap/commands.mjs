import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SetupFailure } from './failures.mjs';
import { handOver } from './processes.mjs';
import { setUp } from './setup.mjs';

const root = resolve(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../..');

// `cli` prints nothing but what the command prints, unless there is something to set up.
const commands = {
  setup: { entry: null, quiet: false },
  start: { entry: 'apps/standalone/dist/main.js', quiet: false },
  cli: { entry: 'apps/standalone/dist/cli/main.js', quiet: true },
  test: { entry: 'tools/check/main.mjs', quiet: false },
};

/** Sets up what is missing, then runs the command on Node 24. Resolves with the exit code. */
export async function runCommand([name = '', ...args]) {
  const command = commands[name];
  if (!command) {
    console.error(`Usage: node tools/bootstrap/main.mjs ${Object.keys(commands).join('|')} [arguments]`);
    return 2;
  }
  try {
    const { node } = await setUp(root, { quiet: command.quiet });
    if (!command.entry) return 0;
    return await handOver(node, [entryPath(command.entry), ...args]);
  } catch (error) {
    if (!(error instanceof SetupFailure)) throw error;
    console.error(error.render());
    return 1;
  }
}

function entryPath(entry) {
  const path = join(root, entry);
  if (!existsSync(path)) throw new SetupFailure(`The build did not make ${entry}: run \`npm run build\` and read what it prints.`);
  return path;
}
