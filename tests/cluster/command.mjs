import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../apps/standalone/dist/cli/main.js', import.meta.url));

/** Runs a command as `./kontor` does; resolves with what it printed and how it ended. */
export async function kontorCommand(args, env = {}) {
  const child = spawn(process.execPath, [CLI, ...args], { env: { ...process.env, KONTOR_LOG_LEVEL: 'warn', ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const told = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) child[name].setEncoding('utf8').on('data', (text) => (told[name] += text));
  const status = await new Promise((resolve) => child.once('close', resolve));
  return { status, ...told };
}
