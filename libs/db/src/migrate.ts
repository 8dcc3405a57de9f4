import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { AppError } from '@kontor/kernel';
import type { Engine, Session } from './engine.js';

export interface Migration {
  name: string;
  sql: string;
  checksum: string;
}

const FOLDER = new URL('../migrations/', import.meta.url);
/** Any constant will do, so long as no other program takes the same one on this server. */
const LOCK = 7_305_521_914;
const LEDGER = 'CREATE TABLE IF NOT EXISTS migration (name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())';

export async function loadMigrations(folder: URL = FOLDER): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}_\w+\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      // Git may write other line ends on another system; the statements stay the same.
      const sql = (await readFile(new URL(name, folder), 'utf8')).replaceAll('\r\n', '\n');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

/** Brings the schema up to date: every file once, in order, each in a transaction with its entry in the ledger. */
export async function migrate(engine: Engine, migrations: readonly Migration[]): Promise<string[]> {
  return engine.withSession('background', async (session) => {
    const applied: string[] = [];
    for (const migration of migrations) {
      if (await applyOnce(session, migration, migrations)) applied.push(migration.name);
    }
    return applied;
  });
}

async function applyOnce(session: Session, migration: Migration, all: readonly Migration[]): Promise<boolean> {
  await session.script('BEGIN');
  try {
    // Two processes that start together take turns; the second one finds the work done.
    await session.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
    await session.script(LEDGER);
    const ledger = await session.query<{ name: string; checksum: string }>('SELECT name, checksum FROM migration');
    const isNew = checkLedger(new Map(ledger.map((row) => [row.name, row.checksum])), migration, all);
    if (isNew) {
      await session.script(migration.sql);
      await session.query('INSERT INTO migration (name, checksum) VALUES ($1, $2)', [migration.name, migration.checksum]);
    }
    await session.script('COMMIT');
    return isNew;
  } catch (error) {
    await session.script('ROLLBACK');
    throw error;
  }
}

function checkLedger(ledger: ReadonlyMap<string, string>, migration: Migration, all: readonly Migration[]): boolean {
  const known = new Set(all.map((entry) => entry.name));
  const unknown = [...ledger.keys()].filter((name) => !known.has(name));
  if (unknown.length > 0) {
    throw new AppError('store.newer', { message: `The database was written by a newer Kontor (it has ${unknown[0]}). Update Kontor, or use another data folder.` });
  }
  const checksum = ledger.get(migration.name);
  if (checksum !== undefined && checksum !== migration.checksum) {
    throw new AppError('store.migration_changed', {
      message: `The migration ${migration.name} was changed after it had run here. Put the file back as it was and add a new one for the change.`,
      details: { migration: migration.name },
    });
  }
  return checksum === undefined;
}
