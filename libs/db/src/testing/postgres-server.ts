import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { postgresBinaries } from './postgres-binaries.js';

const START_MS_MAX = 30_000;
const NOBODY = 65_534;
/** Accounts as a careful operator makes them: one owns the databases and may make roles, the other may only sign in. */
const OWNER = 'kontor_owner';
const SERVICE = 'kontor_service';

/** A PostgreSQL server of this process, on a socket in a folder of its own: no port, no password, gone at the end. */
export class PostgresServer {
  #databases = 0;

  #child!: ChildProcess;

  private constructor(
    readonly directory: string,
    private readonly spawnServer: () => ChildProcess,
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
    const server = new PostgresServer(directory, () => spawn(join(binaries, 'postgres'), ['-D', data, '-k', directory, '-c', 'listen_addresses=', '-c', 'fsync=off', '-c', 'max_connections=50'], settings));
    await server.restart();
    await server.administer(`CREATE ROLE ${OWNER} LOGIN CREATEROLE; CREATE ROLE ${SERVICE} LOGIN`);
    return server;
  }

  url(database: string, account: string = SERVICE): string {
    return `postgres://${account}@/${database}?host=${encodeURIComponent(this.directory)}`;
  }

  ownerUrl(database: string): string {
    return this.url(database, OWNER);
  }

  /** Makes a database, as a copy of another one where that is named. */
  async createDatabase(template?: string): Promise<string> {
    const name = `test_${(this.#databases += 1)}`;
    await this.administer(`CREATE DATABASE ${name} OWNER ${OWNER} ${template ? `TEMPLATE ${template}` : ''}`);
    if (!template) await this.administer('CREATE EXTENSION vector', name);
    return name;
  }

  /** Starts it, or starts it again after a kill: then it repairs itself first, as after a power cut. */
  async restart(): Promise<void> {
    for (const started = Date.now(); ; ) {
      const child = this.spawnServer();
      const kill = (): boolean => child.kill('SIGKILL');
      process.once('exit', kill);
      child.once('exit', () => process.off('exit', kill));
      this.#child = child;
      if (await this.#answers()) return;
      // Sessions of the one that was killed hold its memory until they notice.
      if (Date.now() - started > START_MS_MAX) throw new Error('the PostgreSQL server for tests does not start');
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.#end('SIGINT');
    rmSync(this.directory, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill(signal);
    await ended;
  }

  async #answers(): Promise<boolean> {
    while (this.#child.exitCode === null) {
      try {
        await this.administer('SELECT 1');
        return true;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
    return false;
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
