import { AppError } from '@kontor/kernel';
import type { Engine, Session } from '../engine.js';
import { assertMayCopy } from './owner-policy.js';
import { sumTable, type TableSum } from './row-checksum.js';
import { compareSample, type StoreSample } from './sample.js';
import { COPY_SETTINGS } from './settings.js';
import { lockTables } from './snapshot.js';
import { type CopyTable, listTables, quoted } from './tables.js';
import { advanceCounters, checkpoints, writeRows } from './write-rows.js';

/** Fills a store; what it wrote counts only when all of it is there and proven. */
export interface StoreLoader {
  readonly tables: readonly CopyTable[];
  write(table: string, columns: readonly string[], batches: AsyncIterable<readonly string[]>): Promise<void>;
  /** What the table holds now, read back. */
  sum(table: string): Promise<TableSum>;
  /** In words, where people see or find something else than they did; empty where all is as it was. */
  differences(sample: StoreSample): Promise<string[]>;
}

/**
 * Runs `work` in one transaction: whatever ends it early, a killed process too, leaves the store as empty as it was.
 *
 * @throws AppError `copy.target_not_empty` with what each table holds
 */
export async function loadStore<T>(engine: Engine, work: (loader: StoreLoader) => Promise<T>): Promise<T> {
  return engine.withSession('background', async (session) => {
    await session.script(`BEGIN; ${COPY_SETTINGS}`);
    try {
      await assertMayCopy(session);
      const tables = await listTables(session);
      await lockTables(session, tables, 'SHARE ROW EXCLUSIVE');
      await assertEmpty(session, tables);
      const result = await work(loaderOf(engine, session, tables));
      for (const table of tables) await advanceCounters(session, table);
      await session.script('COMMIT');
      return result;
    } catch (error) {
      await session.script('ROLLBACK').catch(() => session.discard());
      throw error;
    }
  });
}

function loaderOf(engine: Engine, session: Session, tables: readonly CopyTable[]): StoreLoader {
  const afterBatch = engine.name === 'pglite' ? checkpoints(session) : () => Promise.resolve();
  const find = (name: string): CopyTable => {
    const table = tables.find((one) => one.name === name);
    if (!table) throw new AppError('copy.other_tables', { message: `There is no table ${name} here: the copy is of another schema.`, details: { table: name } });
    return table;
  };
  return {
    tables,
    write: async (name, columns, batches) => writeRows(session, find(name), columns, batches, afterBatch),
    sum: async (name) => sumTable(session, find(name)),
    differences: (sample) => compareSample(session, sample),
  };
}

async function assertEmpty(session: Session, tables: readonly CopyTable[]): Promise<void> {
  const filled = await filledTables(session, tables);
  if (filled.length > 0) throw notEmpty(filled);
}

export async function filledTables(session: Session, tables: readonly CopyTable[]): Promise<string[]> {
  const filled: string[] = [];
  for (const { name } of tables) {
    const [row] = await session.query<{ filled: boolean }>(`SELECT EXISTS (SELECT FROM ${quoted(name)}) AS filled`);
    if (row!.filled) filled.push(name);
  }
  return filled;
}

export const notEmpty = (tables: readonly string[]): AppError =>
  new AppError('copy.target_not_empty', {
    status: 409,
    message: `There is something in it already (${tables.slice(0, 3).join(', ')}${tables.length > 3 ? ' …' : ''}). A copy goes into an empty store only: name a new database, or set KONTOR_DATA to a folder that does not exist yet.`,
    details: { tables },
  });

async function sumTables(session: Session, tables: readonly CopyTable[]): Promise<Map<string, TableSum>> {
  const sums = new Map<string, TableSum>();
  for (const table of tables) sums.set(table.name, await sumTable(session, table));
  return sums;
}

/** Empties what a copy has just filled. */
export async function emptyStore(engine: Engine): Promise<void> {
  await engine.withSession('background', async (session) => {
    const tables = await listTables(session);
    await session.script(`TRUNCATE ${tables.map(({ name }) => quoted(name)).join(', ')}`);
  });
}

/** What every table holds, without writing: tells whether an earlier copy went through. */
export async function sumStore(engine: Engine): Promise<Map<string, TableSum>> {
  return engine.withSession('background', async (session) => {
    await session.script(`BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY; ${COPY_SETTINGS}`);
    try {
      await assertMayCopy(session);
      return await sumTables(session, await listTables(session));
    } finally {
      await session.script('ROLLBACK').catch(() => session.discard());
    }
  });
}
