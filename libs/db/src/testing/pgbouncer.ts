import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { PostgresServer } from './postgres-server.js';

const NOBODY = 65_534;
const BINARY = ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer', '/usr/local/bin/pgbouncer', '/opt/homebrew/bin/pgbouncer'].find((path) => existsSync(path));
const START_MS_MAX = 20_000;

/** A real pgbouncer in transaction mode before a server: few sessions of it, handed to another client after each transaction. */
export class Pgbouncer {
  private constructor(
    private readonly directory: string,
    private readonly port: number,
    private readonly child: ChildProcess,
  ) {}

  static async start(server: PostgresServer, sessionsMax: number): Promise<Pgbouncer> {
    const directory = mkdtempSync(join(tmpdir(), 'kontor-pgbouncer-'));
    const port = await freePort();
    const settings = { listen_addr: '127.0.0.1', listen_port: port, unix_socket_dir: '', auth_type: 'trust', auth_file: join(directory, 'users.txt'), pool_mode: 'transaction', default_pool_size: sessionsMax, max_client_conn: 200 };
    writeFileSync(settings.auth_file, ['kontor_owner', 'kontor_service', 'postgres'].map((name) => `"${name}" ""\n`).join(''));
    const lines = Object.entries(settings).map(([key, value]) => `${key} = ${value}`);
    writeFileSync(join(directory, 'pgbouncer.ini'), `[databases]\n* = host=${server.directory} port=${server.port}\n[pgbouncer]\n${lines.join('\n')}\n`);
    const account = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
    if ('uid' in account) chownSync(directory, NOBODY, NOBODY);
    const child = spawn(BINARY ?? 'pgbouncer', ['-q', join(directory, 'pgbouncer.ini')], { ...account, cwd: directory, stdio: 'ignore' });
    process.once('exit', () => child.kill('SIGKILL'));
    const bouncer = new Pgbouncer(directory, port, child);
    await bouncer.#waitUntilReady();
    return bouncer;
  }

  url(database: string, account = 'kontor_service'): string {
    return `postgres://${account}@127.0.0.1:${this.port}/${database}`;
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
    rmSync(this.directory, { recursive: true, force: true });
  }

  async #waitUntilReady(): Promise<void> {
    for (const started = Date.now(); ; ) {
      const client = new pg.Client({ connectionString: this.url('postgres') });
      try {
        await client.connect();
        return await client.end();
      } catch (cause) {
        if (this.child.exitCode !== null || Date.now() - started > START_MS_MAX) throw new Error('pgbouncer does not start', { cause });
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
