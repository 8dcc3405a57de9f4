import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { postgresBinaries } from './postgres-binaries.js';

const START_MS_MAX = 30_000;
const NOBODY = 65_534;
/** An account as a careful operator gives it: it owns its database, and may make roles, and is no superuser. */
const SERVICE = 'kontor_service';

/** A PostgreSQL server of this process, on a socket in a folder of its own: no port, no password, gone at the end. */
export class PostgresServer {
  #databases = 0;

  private constructor(
    private readonly directory: string,
    private readonly child: ChildProcess,
  ) {}

  static async start(): Promise<PostgresServer> {
    const binaries = await postgresBinaries();
    const directory = mkdtempSync(join(tmpdir(), 'kontor-pg-'));
    const account = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
    if ('uid' in account) chownSync(directory, NOBODY, NOBODY);
    const data = join(directory, 'data');
    const settings = { ...account, cwd: directory, env: { LC_ALL: 'C.UTF-8' }, stdio: 'ignore' as const };
    execFileSync(join(binaries, 'initdb'), ['-D', data, '-U', 'postgres', '--auth=trust', '--encoding=UTF8', '--no-sync'], settings);
    // Nothing here outlives the test, so nothing waits for the disk.
    const child = spawn(join(binaries, 'postgres'), ['-D', data, '-k', directory, '-c', 'listen_addresses=', '-c', 'fsync=off', '-c', 'max_connections=50'], settings);
    const server = new PostgresServer(directory, child);
    process.once('exit', () => child.kill('SIGKILL'));
    await server.#waitUntilReady();
    await server.administer(`CREATE ROLE ${SERVICE} LOGIN CREATEROLE`);
    return server;
  }

  url(database: string, account: string = SERVICE): string {
    return `postgres://${account}@/${database}?host=${encodeURIComponent(this.directory)}`;
  }

  /** Makes a database, as a copy of another one where that is named. */
  async createDatabase(template?: string): Promise<string> {
    const name = `test_${(this.#databases += 1)}`;
    await this.administer(`CREATE DATABASE ${name} OWNER ${SERVICE} ${template ? `TEMPLATE ${template}` : ''}`);
    if (!template) await this.administer('CREATE EXTENSION vector', name);
    return name;
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGINT');
    await ended;
    rmSync(this.directory, { recursive: true, force: true });
  }

  async #waitUntilReady(): Promise<void> {
    for (const started = Date.now(); ; ) {
      try {
        return await this.administer('SELECT 1');
      } catch (cause) {
        if (this.child.exitCode !== null || Date.now() - started > START_MS_MAX) throw new Error('the PostgreSQL server for tests does not start', { cause });
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  /** Runs a statement as the superuser. */
  async administer(sql: string, database = 'postgres'): Promise<void> {
    const client = new pg.Client({ connectionString: this.url(database, 'postgres') });
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  }
}
