import pg from 'pg';
import { Database } from '../database.js';
import type { Engine, Queryable } from '../engine/engine.js';
import { migrate } from '../migrate.js';

export interface PostgresOptions {
  url: string;
  connectionsMax?: number;
  statementTimeoutMs?: number;
}

/** A pool of PostgreSQL connections; each transaction holds one. */
export class PostgresEngine implements Engine {
  readonly name = 'postgres';

  constructor(private readonly pool: pg.Pool) {}

  async transaction<T>(work: (connection: Queryable) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    let broken: Error | undefined;
    try {
      await client.query('BEGIN');
      const result = await work({ query: async (sql, parameters = []) => (await client.query(sql, [...parameters])).rows });
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch((failure: Error) => (broken = failure));
      throw error;
    } finally {
      client.release(broken);
    }
  }

  async script(sql: string): Promise<void> {
    await this.pool.query(`BEGIN; ${sql}; COMMIT`);
  }

  close(): Promise<void> {
    return this.pool.end();
  }
}

/** Connects, migrates and checks that no role could bypass row-level security. */
export async function openPostgres(options: PostgresOptions): Promise<Database> {
  const pool = new pg.Pool({ connectionString: options.url, max: options.connectionsMax ?? 10, statement_timeout: options.statementTimeoutMs ?? 30_000 });
  // An idle connection that breaks is replaced by the pool; without a listener the process would end.
  pool.on('error', () => {});
  const engine = new PostgresEngine(pool);
  await migrate(engine);
  return new Database(engine);
}
