import { AppError } from '@kontor/kernel';
import type { Engine, Session } from './engine.js';
import { inTransaction } from './transaction.js';

export interface Migration {
  name: string;
  sql: string;
  checksum: string;
  /** The newest migration that code must know to run on what this one leaves, for example `0009`; absent where older code runs on. */
  codeMin?: string;
}

interface Entry {
  name: string;
  checksum: string;
  codeMin: string | null;
}

const READ = `SELECT name, checksum, code_min AS "codeMin" FROM migration ORDER BY name`;
const READ_MS_MAX = 30_000;

/** Makes the ledger, or what later code added to it. Every account may read it: it names files of Kontor, and services look at it before they start. */
export async function prepareLedger(session: Session): Promise<void> {
  const [state] = await session.query<{ there: boolean; versioned: boolean }>(
    `SELECT to_regclass('public.migration') IS NOT NULL AS there,
       EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('public.migration') AND attname = 'code_min') AS versioned`,
  );
  if (!state!.there) await session.script('CREATE TABLE public.migration (name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())');
  if (!state!.versioned) await session.script('ALTER TABLE public.migration ADD COLUMN code_min text; GRANT SELECT ON public.migration TO PUBLIC');
}

export const readLedger = (session: Session): Promise<Entry[]> => session.query<Entry>(READ);

/** What has not run yet. Refuses a database that this code cannot run on, whatever is done to it. */
export function missingFrom(ledger: readonly Entry[], migrations: readonly Migration[]): Migration[] {
  const newest = migrations.at(-1)?.name.slice(0, 4) ?? '';
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  // Newer code runs beside this one during an update. Only what it takes away needs code that does without.
  const ahead = ledger.find((entry) => !known.has(entry.name) && entry.codeMin !== null && entry.codeMin > newest);
  if (ahead) {
    throw new AppError('store.newer', {
      message: `The database was changed by a newer Kontor (${ahead.name}), and this one cannot run on it any more. Update Kontor, or use another data folder.`,
      details: { migration: ahead.name },
    });
  }
  const changed = ledger.find((entry) => known.has(entry.name) && known.get(entry.name)!.checksum !== entry.checksum);
  if (changed) {
    throw new AppError('store.migration_changed', {
      message: `The migration ${changed.name} was changed after it had run here. Put the file back as it was and add a new one for the change.`,
      details: { migration: changed.name },
    });
  }
  const done = new Set(ledger.map((entry) => entry.name));
  return migrations.filter((migration) => !done.has(migration.name));
}

/** Refuses a database that lacks a migration of this code, for an account that may not run it. */
export async function assertSchema(engine: Engine, migrations: readonly Migration[]): Promise<void> {
  const ledger = await engine.withSession('background', (session) =>
    inTransaction(session, { begin: engine.begin, limitMs: READ_MS_MAX, lane: 'background' }, () => readLedger(session)).catch((error: AppError) => {
      // No such table, no such column, or no right to read it: what is missing is the newest of them.
      if (['42P01', '42703', '42501'].includes(String(error.details['sqlstate']))) return [];
      throw error;
    }),
  );
  const missing = missingFrom(ledger, migrations);
  if (missing.length === 0) return;
  const more = missing.length === 1 ? '' : ` and ${missing.length - 1} more`;
  throw new AppError('store.schema_old', {
    status: 503,
    retry: 'later',
    message: `The database lacks ${missing[0]!.name}${more} of this Kontor. Run: kontor migrate (with KONTOR_DATABASE_OWNER_URL and KONTOR_DATABASE_URL), then start again.`,
    details: { missing: missing.map((migration) => migration.name) },
  });
}
