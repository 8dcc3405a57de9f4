import pg from 'pg';
import { AppError } from '@kontor/kernel';
import type { Engine, Lane, Session } from '../engine.js';
import { storeError } from '../errors.js';

export interface PostgresSettings {
  /** `postgres://…`; a password may stand in it and never shows in an error. */
  url: string;
  connectionsMax?: number;
  connectTimeoutMs?: number;
  statementTimeoutMs?: number;
  idleInTransactionTimeoutMs?: number;
}

/** Sessions of a PostgreSQL server, from a pool. */
export class PostgresEngine implements Engine {
  readonly name = 'postgres';
  readonly #pool: pg.Pool;

  constructor(settings: PostgresSettings) {
    this.#pool = new pg.Pool({
      connectionString: settings.url,
      max: settings.connectionsMax ?? 10,
      connectionTimeoutMillis: settings.connectTimeoutMs ?? 10_000,
      statement_timeout: settings.statementTimeoutMs ?? 60_000,
      idle_in_transaction_session_timeout: settings.idleInTransactionTimeoutMs ?? 150_000,
      keepAlive: true,
      application_name: 'kontor',
    });
    // An idle session that the server ends is replaced at the next use; without a listener it would end the process.
    this.#pool.on('error', () => undefined);
  }

  async withSession<T>(_lane: Lane, work: (session: Session) => Promise<T>): Promise<T> {
    const client = await this.#connect();
    let broken = false;
    const discard = (): void => {
      broken = true;
    };
    client.on('error', discard);
    try {
      return await work(sessionOf(client, discard));
    } finally {
      client.off('error', discard);
      client.release(broken);
    }
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  async #connect(): Promise<pg.PoolClient> {
    try {
      return await this.#pool.connect();
    } catch (cause) {
      const error = storeError(cause);
      throw error.code === 'store.query_failed' ? unreachable('The database accepts no connection: check its address, the account and the password.', error) : error;
    }
  }
}

const unreachable = (message: string, cause: AppError): AppError => new AppError('store.unreachable', { status: 503, retry: 'later', message, details: cause.details, cause });

function sessionOf(client: pg.PoolClient, discard: () => void): Session {
  const run = async (sql: string, parameters?: readonly unknown[]): Promise<pg.QueryResult> => {
    try {
      return await client.query(sql, parameters && [...parameters]);
    } catch (thrown) {
      const error = storeError(thrown);
      // Whatever the server itself says has a code; the driver alone says that the connection is gone.
      if (error.details['sqlstate'] !== 'unknown') throw error;
      discard();
      throw unreachable('The connection to the database was lost.', error);
    }
  };
  return {
    query: async <T extends object>(sql: string, parameters: readonly unknown[] = []) => (await run(sql, parameters)).rows as T[],
    script: async (sql) => void (await run(sql)),
    // The disk of a server is the server's to watch; when it is full, the server says so and goes on.
    assertSpace: async () => undefined,
    discard,
  };
}
