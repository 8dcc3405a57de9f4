import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const OUTPUT_CHARS_MAX = 2_000;

// Debian's packages, where they are not named like the program.
const packages = {
  java: 'default-jre-headless',
  mvn: 'maven',
  python3: 'python3-pip',
};

/** The path of the first of these programs that this machine has. Throws a sentence that says how to get it. */
export function findProgram(...names) {
  if (process.platform === 'win32') throw new Error('Servers for tests run on Linux and macOS only: use docker-compose.yml on Windows.');
  for (const name of names) {
    const found = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name)).find(isExecutable);
    if (found) return found;
  }
  const [name] = names;
  throw new Error(`${name} is not installed: apt-get install ${packages[name] ?? name} (or the package of that name of your system).`);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Runs a program to its end; a failure carries the end of what it printed. */
export async function runProgram(program, args, { timeoutMs, cwd }) {
  try {
    await run(program, args, { timeout: timeoutMs, cwd, maxBuffer: 64 * 1_048_576 });
  } catch (error) {
    const output = `${error.stdout ?? ''}${error.stderr ?? ''}`.trim().slice(-OUTPUT_CHARS_MAX);
    throw new Error(`${program} ${args[0]} ${error.killed ? `took longer than ${timeoutMs} ms` : 'failed'}${output ? `: ${output}` : ''}`);
  }
}
