import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Seconds on a machine of its own; the limit is for one that is busy with other things.
const START_MS_MAX = 240_000;

const running = new Set();
// Whatever ends this process, its services end with it: by a signal in order, and at the exit without asking.
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.once(signal, () => process.exit(1));

/** One service in a process of its own, as it is run in operation; it can be killed and started again in its place. `root`: the checkout that it comes from. */
export async function startService(name, env, root = fileURLToPath(new URL('../../', import.meta.url))) {
  const main = join(root, `apps/${name}/dist/main.js`);
  const service = { name, url: undefined, output: '', child: undefined, exit: undefined };
  const begin = async (more = {}) => {
    const child = spawn(process.execPath, [main], { env: { ...process.env, ...env, ...more }, stdio: ['ignore', 'pipe', 'pipe'] });
    service.child = child;
    running.add(child);
    child.once('close', () => running.delete(child));
    service.exit = new Promise((resolve) => child.once('close', (code, signal) => resolve(code ?? signal)));
    const from = service.output.length;
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (service.output += bytes));
    service.url = await addressOf(service, from);
  };
  /** Sends the signal and waits for the end. */
  service.end = async (signal = 'SIGTERM') => {
    service.child.kill(signal);
    return service.exit;
  };
  /** In the same place: at the port that it had, so that others find it again. */
  service.restart = () => begin({ KONTOR_PORT: new URL(service.url).port });
  service.stop = () => (service.child.exitCode === null && service.child.signalCode === null ? service.end() : service.exit);
  await begin();
  return service;
}

async function addressOf(service, from) {
  const deadlineMs = Date.now() + START_MS_MAX;
  for (;;) {
    const found = new RegExp(`${service.name} is at (\\S+)`).exec(service.output.slice(from));
    if (found) return found[1];
    if (service.child.exitCode !== null || service.child.signalCode !== null || Date.now() > deadlineMs) {
      service.child.kill('SIGKILL');
      throw new Error(`${service.name} did not start; it said:\n${service.output.slice(from)}`);
    }
    await new Promise((wake) => setTimeout(wake, 50));
  }
}
