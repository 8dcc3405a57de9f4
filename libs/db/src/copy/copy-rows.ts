import { AppError } from '@kontor/kernel';
import type { StoreLoader } from './loader.js';
import type { CopyTarget } from './open-target.js';
import { RowChecksum, type TableSum } from './row-checksum.js';
import type { StoreSample } from './sample.js';
import type { StoreSnapshot } from './snapshot.js';

/** A table as a copy holds it, in a backup's file or in another database. */
export interface CopiedTable {
  name: string;
  columns: readonly string[];
  rows(): AsyncIterable<readonly string[]>;
  /** What it must come to; null where only reading it tells. */
  sum: TableSum | null;
}

export interface CopyReport {
  tables: Record<string, TableSum>;
  peopleCompared: number;
  searchesCompared: number;
}

/**
 * Fills an empty target with the tables, reads back what it then holds, and asks it as the sampled people. A target that
 * holds other rows, or shows other things, stays empty.
 *
 * @throws AppError `copy.differs` naming what does not match
 */
export function loadTables(target: CopyTarget, tables: readonly CopiedTable[], sample: StoreSample | null, onTable: (name: string) => void = () => undefined): Promise<CopyReport> {
  return target.load(async (loader) => {
    const report: CopyReport = { tables: {}, peopleCompared: sample?.people.length ?? 0, searchesCompared: sample?.searches.length ?? 0 };
    for (const table of tables) {
      onTable(table.name);
      report.tables[table.name] = await loadTable(loader, table);
    }
    const differences = sample ? await loader.differences(sample) : [];
    if (differences.length > 0) throw differs(differences);
    return report;
  });
}

async function loadTable(loader: StoreLoader, table: CopiedTable): Promise<TableSum> {
  const read = new RowChecksum();
  await loader.write(table.name, table.columns, counted(table.rows(), read));
  const expected = table.sum ?? read.sum;
  const held = await loader.sum(table.name);
  const same = (sum: TableSum): boolean => sum.rows === expected.rows && sum.checksum === expected.checksum;
  if (!same(read.sum) || !same(held)) throw differs([`${table.name} holds ${held.rows} rows of checksum ${held.checksum} and must hold ${expected.rows} of ${expected.checksum}`]);
  return held;
}

async function* counted(batches: AsyncIterable<readonly string[]>, checksum: RowChecksum): AsyncGenerator<readonly string[]> {
  for await (const lines of batches) {
    for (const line of lines) checksum.add(line);
    yield lines;
  }
}

const differs = (differences: readonly string[]): AppError =>
  new AppError('copy.differs', { message: `The copy is not what it was made of, so it was undone: ${differences.slice(0, 3).join('; ')}.`, details: { differences } });

/** The tables of an open store, for `loadTables`. */
export const tablesOf = (snapshot: StoreSnapshot): CopiedTable[] =>
  snapshot.tables.map((table) => ({ name: table.name, columns: table.columns.map(({ name }) => name), rows: () => snapshot.rows(table), sum: null }));

/** Whether the target holds exactly what the source does: a copy that was killed behind its last step is done. */
export async function holdsAlready(target: CopyTarget, snapshot: StoreSnapshot): Promise<Record<string, TableSum> | null> {
  const held = await target.sums();
  if ([...held.values()].every(({ rows }) => rows === 0)) return null;
  for (const table of snapshot.tables) {
    const sum = await snapshot.sum(table);
    const there = held.get(table.name);
    if (there?.rows !== sum.rows || there.checksum !== sum.checksum) return null;
  }
  return Object.fromEntries(held);
}
