import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A real Redis of a spec's own, which it may kill; it writes each change to its file, as a server for queues must. */
export interface TestRedis {
  url: string;
  kill(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Whether it takes commands; one that asks for a password does. */
async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const reply = new Promise<string>((resolve) => {
    socket.on('error', () => resolve('')).on('close', () => resolve('')).on('data', (bytes) => resolve(bytes.toString()));
  });
  socket.write('PING\r\n');
  return /^(\+PONG|-NOAUTH)/.test(await reply.finally(() => socket.destroy()));
}

/** @param setting more lines of its configuration, as `{ requirepass: '…' }` */
export async function startTestRedis(setting: Readonly<Record<string, string>> = {}): Promise<TestRedis> {
  const directory = await mkdtemp(join(tmpdir(), 'kontor-redis-'));
  const port = await freePort();
  const lines = { bind: '127.0.0.1', port: String(port), dir: directory, appendonly: 'yes', save: '', loglevel: 'warning', ...setting };
  const url = `redis://127.0.0.1:${port}`;
  let server: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    server = spawn('redis-server', Object.entries(lines).flatMap(([name, value]) => [`--${name}`, value]), { stdio: 'ignore' });
    for (let attempt = 0; !(await answers(port)); attempt += 1) {
      if (attempt > 100 || server.exitCode !== null) throw new Error('redis-server did not start; is it installed?');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const kill = async (): Promise<void> => {
    const running = server;
    server = undefined;
    if (!running || running.exitCode !== null) return;
    running.kill('SIGKILL');
    await once(running, 'exit');
  };
  await start();
  const stop = async (): Promise<void> => {
    await kill();
    await rm(directory, { recursive: true, force: true });
  };
  return { url, kill, restart: async () => kill().then(start), stop };
}
