import { startPostgres, type PostgresServer as RunningServer } from '@kontor/services';

/** A PostgreSQL server of this process, reached over a socket in its folder, where every account is let in by its name. */
export class PostgresServer {
  private constructor(private readonly running: RunningServer) {}

  static async start(): Promise<PostgresServer> {
    return new PostgresServer(await startPostgres());
  }

  get directory(): string {
    return this.running.folder;
  }

  get port(): number {
    return this.running.port;
  }

  url(database: string, account?: string): string {
    return this.running.socketAddress(database, account);
  }

  ownerUrl(database: string): string {
    return this.url(database, 'kontor_owner');
  }

  /** Makes a database, as a copy of another one where that is named. */
  createDatabase(template?: string): Promise<string> {
    return this.running.createDatabase({ template });
  }

  /** Runs a statement as the superuser. */
  async administer(sql: string, database?: string): Promise<void> {
    await this.running.administer(sql, database);
  }

  kill(): Promise<void> {
    return this.running.kill();
  }

  /** Starts it again: after a kill it repairs itself first, as after a power cut. */
  restart(): Promise<void> {
    return this.running.restart();
  }

  stop(): Promise<void> {
    return this.running.stop();
  }
}
