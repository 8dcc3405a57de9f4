import type { Scope } from '@kontor/contracts';
import type { Engine, Queryable } from './engine/engine.js';

/** A transaction as one person: row-level security and `aclIds` both name what this person may read. */
export interface PersonTx extends Queryable {
  readonly scope: Scope;
  /** The access sets that hold at least one of the person's principals. */
  readonly aclIds: readonly number[];
}

/** A transaction of an importing or administering service, bounded to one tenant. */
export interface WorkerTx extends Queryable {
  readonly tenant: string;
}

const VISIBLE_ACL = `SELECT set_config('app.acl', coalesce(array_agg(id)::text, '{}'), true) AS acl, coalesce(array_agg(id), '{}') AS ids
  FROM acl_set WHERE tenant = $1 AND principals && $2::text[]`;

/**
 * The only way to the data. Every transaction takes on a role that cannot bypass row-level security
 * and says for whom it runs; a statement outside of that sees no row.
 */
export class Database {
  constructor(private readonly engine: Engine) {}

  get engineName(): Engine['name'] {
    return this.engine.name;
  }

  /** Runs `work` as a person: reads what they may read, writes their own conversations. */
  person<T>(scope: Scope, work: (tx: PersonTx) => Promise<T>): Promise<T> {
    return this.engine.transaction(async (connection) => {
      await connection.query('SET LOCAL ROLE kontor_app');
      await connection.query(`SELECT set_config('app.tenant', $1, true), set_config('app.person', $2, true)`, [scope.tenant, scope.person]);
      const [visible] = await connection.query<{ ids: number[] }>(VISIBLE_ACL, [scope.tenant, scope.principals]);
      return work({ scope, aclIds: visible!.ids, query: (sql, parameters) => connection.query(sql, parameters) });
    });
  }

  /** Runs `work` as an importing or administering service. */
  worker<T>(tenant: string, work: (tx: WorkerTx) => Promise<T>): Promise<T> {
    return this.engine.transaction(async (connection) => {
      await connection.query('SET LOCAL ROLE kontor_worker');
      await connection.query(`SELECT set_config('app.tenant', $1, true)`, [tenant]);
      return work({ tenant, query: (sql, parameters) => connection.query(sql, parameters) });
    });
  }

  close(): Promise<void> {
    return this.engine.close();
  }
}
