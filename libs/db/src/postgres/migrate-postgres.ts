import { setTimeout as wait } from 'node:timers/promises';
import { AppError } from '@kontor/kernel';
import { ensureOwnerCopies } from '../copy/owner-policy.js';
import type { Engine, Session } from '../engine.js';
import { assertRowSecurity, ensureRoles, ensureVector, ROLES } from '../guard.js';
import { loadMigrations, migrate } from '../migrate.js';
import { accountOf } from './account.js';
import { partitionSearch } from './partition-search.js';
import { LIMITS, patiently } from './patience.js';
import { PostgresEngine } from './postgres-engine.js';
import { ensureSearchIndexes } from './search-indexes.js';
import { assertServerVersion } from './server-version.js';

export interface MigratePostgresOptions {
  /** An account that owns the database and may make roles; `kontor migrate` alone has it. */
  ownerUrl: string;
  /** The address of the services: its account may take on the roles of Kontor's transactions from then on. */
  serviceUrl?: string | undefined;
  /** Whether the services keep their jobs in this database too, in a schema that they make. */
  jobTables?: boolean;
  /** Into how many partitions by corpus the tables of search are brought; undefined leaves them as they are. */
  partitions?: number | undefined;
  connectTimeoutMs?: number | undefined;
  onApplied?: (name: string) => void;
  onPartition?: (state: 'copying' | 'copied', table: string) => void;
  onIndex?: (state: 'building' | 'built', name: string) => void;
}

/** Another than the one that each migration takes: this one is held from the roles to the rights. */
const LOCK = 7_305_521_915;
const LOCK_LOOK_MS = 200;

/**
 * Brings a server's schema up to date as the owner, and lets the account of the services in. Safe to run while services
 * run, more than once, and at the same time as another one.
 *
 * @example const applied = await migratePostgres({ ownerUrl: config.database.ownerUrl.reveal(), serviceUrl: config.services.databaseUrl.reveal() });
 */
export async function migratePostgres(options: MigratePostgresOptions): Promise<string[]> {
  const engine = new PostgresEngine({ url: options.ownerUrl, connectionsMax: 2, connectTimeoutMs: options.connectTimeoutMs, statementTimeoutMs: 0, lockTimeoutMs: 0, idleInTransactionTimeoutMs: 0 });
  try {
    await assertServerVersion(engine);
    return await exclusively(engine, async () => {
      await ensureVector(engine);
      await ensureRoles(engine);
      const applied = await migratePatiently(engine, options.onApplied);
      await ensureOwnerCopies(engine);
      if (options.partitions !== undefined) await partitionSearch(engine, options.partitions, options.onPartition);
      if (options.serviceUrl !== undefined) await admit(engine, accountOf(options.serviceUrl), options.jobTables ?? true);
      await assertRowSecurity(engine);
      await ensureSearchIndexes(engine, options.onIndex);
      return applied;
    });
  } finally {
    await engine.close();
  }
}

/** In a transaction of its own, since a pooler keeps no lock that outlives one. */
async function exclusively<T>(engine: PostgresEngine, work: () => Promise<T>): Promise<T> {
  return engine.withSession('background', async (session) => {
    await session.script(engine.begin);
    try {
      await takeLock(session);
      return await work();
    } finally {
      await session.script('ROLLBACK').catch(() => session.discard());
    }
  });
}

/**
 * Asks again and again: a statement that waits has a snapshot, and an index that another process builds concurrently waits
 * for the end of every one. So it has no parameters either; what those leave open keeps a snapshot too.
 */
async function takeLock(session: Session): Promise<void> {
  for (;;) {
    const [row] = await session.query<{ taken: boolean }>(`SELECT pg_try_advisory_xact_lock(${LOCK}) AS taken`);
    if (row!.taken) return;
    await wait(LOCK_LOOK_MS);
  }
}

async function migratePatiently(engine: Engine, onApplied?: (name: string) => void): Promise<string[]> {
  const applied: string[] = [];
  const note = (name: string): void => {
    applied.push(name);
    onApplied?.(name);
  };
  await patiently(async () => migrate(engine, await loadMigrations(), { limits: LIMITS, onApplied: note }));
  return applied;
}

async function admit(engine: Engine, account: string, jobTables: boolean): Promise<void> {
  await engine.withSession('background', async (session) => {
    const [row] = await session.query<{ there: boolean; create: string; grants: string; jobs: string; done: boolean }>(
      `SELECT r.oid IS NOT NULL AS there, format('CREATE ROLE %I LOGIN;', $1::text) AS create,
         format('GRANT ${ROLES.join(', ')} TO %I WITH INHERIT FALSE, SET TRUE;', $1::text) AS grants,
         format('GRANT CREATE ON DATABASE %I TO %I;', current_database(), $1::text) AS jobs,
         r.oid IS NOT NULL AND NOT EXISTS (SELECT FROM unnest($2::text[]) role WHERE NOT pg_has_role(r.oid, role, 'SET')) AS done
       FROM (VALUES (1)) one LEFT JOIN pg_roles r ON r.rolname = $1`,
      [account, [...ROLES]],
    );
    const { there, create, grants, jobs, done } = row!;
    if (!there) throw notAdmitted(account, `${create} ${grants}`);
    if (!done) await grant(session, account, grants);
    if (jobTables) await grant(session, account, jobs);
  });
}

async function grant(session: Session, account: string, statement: string): Promise<void> {
  await session.script(statement).catch((cause: unknown) => {
    throw notAdmitted(account, statement, cause);
  });
}

const notAdmitted = (account: string, mend: string, cause?: unknown): AppError =>
  new AppError('store.account_missing', {
    message: `The schema is up to date, but the account ${account} of KONTOR_DATABASE_URL cannot use it yet. An administrator of the server runs: ${mend} Then run kontor migrate again.`,
    details: { account, mend },
    cause,
  });
