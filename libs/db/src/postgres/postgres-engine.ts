import pg from 'pg';
import { AppError } from '@kontor/kernel';
import type { Engine, Lane, Session } from '../engine.js';
import { storeError } from '../errors.js';

/** Limits of 0 are none. A setting that is undefined has its default. */
export interface PostgresSettings {
  /** `postgres://…`; a password may stand in it and never shows in an error. */
  url: string;
  connectionsMax?: number | undefined;
  connectTimeoutMs?: number | undefined;
  statementTimeoutMs?: number | undefined;
  lockTimeoutMs?: number | undefined;
  idleInTransactionTimeoutMs?: number | undefined;
}

/** The server ends a statement itself; when it does not even say so, it or the way to it is gone. */
const ANSWER_GRACE_MS = 5_000;

/**
 * Sessions of a PostgreSQL server, from a pool. Each may come through a pooler that hands out another one for each
 * transaction: nothing is set for longer, no statement is prepared by name, and the greeting asks for nothing unusual.
 */
export class PostgresEngine implements Engine {
  readonly name = 'postgres';
  readonly begin: string;
  readonly #pool: pg.Pool;

  constructor(settings: PostgresSettings) {
    const statementTimeoutMs = settings.statementTimeoutMs ?? 60_000;
    this.begin = [
      'BEGIN',
      `SET LOCAL statement_timeout = ${statementTimeoutMs}`,
      `SET LOCAL lock_timeout = ${settings.lockTimeoutMs ?? 20_000}`,
      `SET LOCAL idle_in_transaction_session_timeout = ${settings.idleInTransactionTimeoutMs ?? 150_000}`,
      // Many ask at the same time: a search that compiles its statement or takes further processes is slower for all of them.
      'SET LOCAL jit = off',
      'SET LOCAL max_parallel_workers_per_gather = 0',
    ].join('; ');
    this.#pool = new pg.Pool({
      connectionString: settings.url,
      max: settings.connectionsMax ?? 10,
      connectionTimeoutMillis: settings.connectTimeoutMs ?? 10_000,
      query_timeout: statementTimeoutMs === 0 ? 0 : statementTimeoutMs + ANSWER_GRACE_MS,
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

function sessionOf(client: pg.PoolClient, release: () => void): Session {
  let lost: AppError | null = null;
  const lose = (error: AppError): AppError => {
    release();
    return (lost = error);
  };
  const run = async (sql: string, parameters?: readonly unknown[]): Promise<pg.QueryResult> => {
    // What is asked of a connection that hangs would wait behind the statement that it never answered.
    if (lost) throw lost;
    try {
      return await client.query(sql, parameters && [...parameters]);
    } catch (thrown) {
      const error = storeError(thrown);
      // Whatever the server itself says has a code; the driver alone says that the connection is gone.
      if (error.details['sqlstate'] === 'unknown') throw lose(unreachable('The connection to the database was lost.', error));
      throw error.code === 'store.unreachable' ? lose(error) : error;
    }
  };
  return {
    query: async <T extends object>(sql: string, parameters: readonly unknown[] = []) => (await run(sql, parameters)).rows as T[],
    script: async (sql) => void (await run(sql)),
    // The disk of a server is the server's to watch; when it is full, the server says so and goes on.
    assertSpace: async () => undefined,
    discard: release,
  };
}
