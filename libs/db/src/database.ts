import { AsyncLocalStorage } from 'node:async_hooks';
import type { Scope } from '@kontor/contracts';
import { AppError } from '@kontor/kernel';
import { inSpan, type OpenSpan } from '@kontor/observability';
import type { Engine, Lane, Queryable } from './engine.js';
import { inTransaction } from './transaction.js';

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

export interface DatabaseOptions {
  /** The role that a person's transaction takes on; the property test alone sets another one. */
  personRole?: string;
  transactionMsMax?: number;
}

export interface DatabaseHealth {
  serverVersion: string;
  vectorVersion: string;
  sizeBytes: number;
  migrations: number;
}

const TRANSACTION_MS_MAX = 120_000;

/** Says for whom the transaction runs from here on; its role is another matter. */
export async function becomePerson(tx: Queryable, scope: Scope): Promise<PersonTx> {
  await tx.query(`SELECT set_config('app.tenant', $1, true), set_config('app.person', $2, true)`, [scope.tenant, scope.person]);
  // Read and set in one statement: each transaction of a person begins with it, and each statement is a way to the server and back.
  const [visible] = await tx.query<{ ids: number[] }>(
    `SELECT ids, set_config('app.acl', ids::text, true)
     FROM (SELECT coalesce(array_agg(id ORDER BY id), '{}') AS ids FROM acl_set WHERE tenant = $1 AND principals && $2::text[]) AS visible`,
    [scope.tenant, scope.principals],
  );
  return { scope, aclIds: visible!.ids, query: tx.query };
}

/**
 * The only way to the data. Every transaction takes on a role that cannot bypass row-level security and says for whom
 * it runs; a statement outside of that sees no row. Wait for nothing slow inside one: the embedded engine runs one
 * transaction at a time.
 *
 * @example const hits = await database.person(scope, (tx) => retrieval.nearestLexical(tx, corpusIds, vector, 100));
 */
export class Database {
  readonly #open = new AsyncLocalStorage<{ ended: boolean }>();

  constructor(
    private readonly engine: Engine,
    private readonly options: DatabaseOptions = {},
  ) {}

  get engineName(): Engine['name'] {
    return this.engine.name;
  }

  /** Runs `work` as a person: reads what they may read, writes their own conversations. */
  person<T>(scope: Scope, work: (tx: PersonTx) => Promise<T>): Promise<T> {
    return this.#transaction('person', this.options.personRole ?? 'kontor_app', async (tx) => work(await becomePerson(tx, scope)));
  }

  /** Runs `work` as an importing or administering service. */
  worker<T>(tenant: string, work: (tx: WorkerTx) => Promise<T>): Promise<T> {
    return this.#transaction('background', 'kontor_worker', async (tx) => {
      await tx.query(`SELECT set_config('app.tenant', $1, true)`, [tenant]);
      return work({ tenant, query: tx.query });
    });
  }

  async health(): Promise<DatabaseHealth> {
    const [row] = await this.engine.withSession('person', (session) =>
      session.query<DatabaseHealth>(
        `SELECT current_setting('server_version') AS "serverVersion", pg_database_size(current_database())::float8 AS "sizeBytes",
           (SELECT extversion FROM pg_extension WHERE extname = 'vector') AS "vectorVersion", (SELECT count(*)::integer FROM migration) AS migrations`,
      ),
    );
    return row!;
  }

  close(): Promise<void> {
    return this.engine.close();
  }

  async #transaction<T>(lane: Lane, role: string, work: (tx: Queryable) => Promise<T>): Promise<T> {
    // With one session the inner transaction would wait for the outer one for ever.
    if (this.#open.getStore()?.ended === false) {
      throw new AppError('store.nested_transaction', { message: 'This code runs inside a transaction already; pass its tx on.' });
    }
    const state = { ended: false };
    const limitMs = this.options.transactionMsMax ?? TRANSACTION_MS_MAX;
    const run = (span?: OpenSpan): Promise<T> => this.engine.withSession(lane, (session) => inTransaction(session, { begin: `${this.engine.begin}; SET LOCAL ROLE ${role}`, limitMs, lane }, counting(work, span)));
    return this.#open.run(state, () =>
      inSpan(`transaction ${lane}`, { kind: 'client', attributes: { 'db.system.name': 'postgresql', 'db.operation.name': 'TRANSACTION', 'kontor.db.role': role } }, run).finally(() => {
        state.ended = true;
      }),
    );
  }
}

/** Tells the trace how many statements a transaction had: many of them are a way to be slow that no statement shows. */
function counting<T>(work: (tx: Queryable) => Promise<T>, span: OpenSpan | undefined): (tx: Queryable) => Promise<T> {
  if (!span) return work;
  return async (tx) => {
    let statements = 0;
    const counted: Queryable = {
      query: (sql, parameters) => {
        statements += 1;
        return tx.query(sql, parameters);
      },
    };
    return work(counted).finally(() => span.annotate({ 'kontor.db.statements': statements }));
  };
}
