import { AppError } from '@kontor/kernel';
import type { Engine, Session } from '../engine.js';
import { assertMayCopy } from './owner-policy.js';
import { readBlobKeys, readRows } from './read-rows.js';
import { sumTable, type TableSum } from './row-checksum.js';
import { readSample, type StoreSample } from './sample.js';
import { COPY_SETTINGS } from './settings.js';
import { type CopyTable, listTables, quoted } from './tables.js';

export interface AppliedMigration {
  name: string;
  checksum: string;
}

/** A store as it was at one moment, whatever is written to it meanwhile. */
export interface StoreSnapshot {
  readonly engine: Engine['name'];
  readonly migrations: readonly AppliedMigration[];
  /** Parents before those that refer to them. */
  readonly tables: readonly CopyTable[];
  rows(table: CopyTable): AsyncGenerator<readonly string[]>;
  sum(table: CopyTable): Promise<TableSum>;
  blobKeys(): AsyncGenerator<readonly string[]>;
  /** What some people see and find, to be compared with what they see and find in the copy. */
  sample(): Promise<StoreSample>;
}

/**
 * Reads a store in one transaction that sees a single moment. With `still`, nobody may write meanwhile either: what is
 * written after a move would stay behind.
 */
export async function readSnapshot<T>(engine: Engine, still: boolean, work: (snapshot: StoreSnapshot) => Promise<T>): Promise<T> {
  return engine.withSession('background', async (session) => {
    await session.script(`BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY; ${COPY_SETTINGS}`);
    try {
      await assertStore(session);
      await assertMayCopy(session);
      const tables = await listTables(session);
      if (still) await lockTables(session, tables, 'SHARE');
      const migrations = await session.query<AppliedMigration>('SELECT name, checksum FROM migration ORDER BY name');
      return await work({ engine: engine.name, migrations, tables, rows: (table) => readRows(session, table), sum: (table) => sumTable(session, table), blobKeys: () => readBlobKeys(session, tables), sample: () => readSample(session) });
    } finally {
      // It only read; a session that cannot even end that is of no use to anyone.
      await session.script('ROLLBACK').catch(() => session.discard());
    }
  });
}

export async function lockTables(session: Session, tables: readonly CopyTable[], mode: 'SHARE' | 'SHARE ROW EXCLUSIVE'): Promise<void> {
  if (tables.length === 0) return;
  try {
    await session.script(`LOCK TABLE ${tables.map(({ name }) => quoted(name)).join(', ')} IN ${mode} MODE NOWAIT`);
  } catch (cause) {
    if (!(cause instanceof AppError) || cause.details['sqlstate'] !== '55P03') throw cause;
    throw new AppError('copy.store_in_use', { status: 409, retry: 'later', message: 'Something writes to this database at the moment: stop every service of Kontor that uses it, and begin again.', cause });
  }
}

async function assertStore(session: Session): Promise<void> {
  const [row] = await session.query<{ ledger: string | null }>(`SELECT to_regclass('public.migration')::text AS ledger`);
  if (row!.ledger === null) throw new AppError('copy.no_store', { status: 404, message: 'Kontor has never kept anything in this database: check its address.' });
}
