import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { Engine, Session } from './engine.js';
import type { Migration } from './ledger.js';
import { missingFrom, prepareLedger, readLedger } from './ledger.js';

export interface MigrateTerms {
  /** Statements that come before a migration's own, in its transaction. */
  limits: string;
  onApplied?: (name: string) => void;
}

const FOLDER = new URL('../migrations/', import.meta.url);
/** Any constant will do, so long as no other program takes the same one on this server. */
export const MIGRATION_LOCK = 7_305_521_914;
const CODE_MIN = /^-- needs-code: (\d{4})\b/m;

export async function loadMigrations(folder: URL = FOLDER): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}_\w+\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      // Git may write other line ends on another system; the statements stay the same.
      const sql = (await readFile(new URL(name, folder), 'utf8')).replaceAll('\r\n', '\n');
      const codeMin = CODE_MIN.exec(sql)?.[1];
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex'), ...(codeMin !== undefined && { codeMin }) };
    }),
  );
}

/** Brings the schema up to date: every file once, in order, each in a transaction with its entry in the ledger. */
export async function migrate(engine: Engine, migrations: readonly Migration[], terms: MigrateTerms = { limits: '' }): Promise<string[]> {
  return engine.withSession('background', async (session) => {
    const applied: string[] = [];
    for (let next = await applyNext(session, migrations, terms); next !== null; next = await applyNext(session, migrations, terms)) {
      applied.push(next);
      terms.onApplied?.(next);
    }
    return applied;
  });
}

async function applyNext(session: Session, migrations: readonly Migration[], { limits }: MigrateTerms): Promise<string | null> {
  await session.script('BEGIN');
  try {
    // Two processes that start together take turns; the second one finds the work done.
    await session.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    await prepareLedger(session);
    const [next] = missingFrom(await readLedger(session), migrations);
    if (next) {
      await session.script(limits + next.sql);
      await session.query('INSERT INTO migration (name, checksum, code_min) VALUES ($1, $2, $3)', [next.name, next.checksum, next.codeMin ?? null]);
    }
    await session.script('COMMIT');
    return next?.name ?? null;
  } catch (error) {
    await session.script('ROLLBACK').catch(() => session.discard());
    throw error;
  }
}
