import { AppError } from '@kontor/kernel';
import type { Session } from '../engine.js';

export interface CopyColumn {
  name: string;
  type: string;
  /** Numbers that the database hands out itself: they are written as they were, and the counter is set behind them. */
  identity: boolean;
}

/** A table whose rows are copied. */
export interface CopyTable {
  name: string;
  columns: CopyColumn[];
}

/** The ledger tells what a schema is, and each store writes its own; which processes are up is true of one place only. */
const LEFT_OUT = ['migration', 'instance'];

/** A name as SQL text; it comes from a catalogue or a backup and is never trusted. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/**
 * Every table with rows of Kontor, each after those that its foreign keys point to. Read from the catalogue: a table that
 * a later migration adds is copied without anybody thinking of it.
 */
export async function listTables(session: Session): Promise<CopyTable[]> {
  const rows = await session.query<{ name: string; columns: CopyColumn[] }>(
    `SELECT c.relname AS name,
       (SELECT json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'identity', a.attidentity <> '') ORDER BY a.attnum)
          FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') AS columns
     FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> ALL ($1::text[])
       AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e') ORDER BY c.relname`,
    [LEFT_OUT],
  );
  const references = await session.query<{ from: string; to: string }>(
    `SELECT DISTINCT f.conrelid::regclass::text AS "from", f.confrelid::regclass::text AS "to" FROM pg_constraint f
      WHERE f.contype = 'f' AND f.connamespace = 'public'::regnamespace AND f.conrelid <> f.confrelid`,
  );
  return inOrder(rows, references);
}

/** Parents first; those that wait for nothing go by name, so that two stores of one schema give one order. */
export function inOrder(tables: readonly CopyTable[], references: readonly { from: string; to: string }[]): CopyTable[] {
  const left = new Map(tables.map((table) => [table.name, table]));
  const ordered: CopyTable[] = [];
  while (left.size > 0) {
    const next = [...left.values()].find(({ name }) => !references.some(({ from, to }) => from === name && left.has(to)));
    if (!next) throw new AppError('copy.cyclic_keys', { message: `The foreign keys of ${[...left.keys()].join(', ')} point in a circle, so no order of copying keeps them.` });
    left.delete(next.name);
    ordered.push(next);
  }
  return ordered;
}

/** What a row is in a backup: a JSON array of its columns' texts in the order of the table, as the server itself writes them. */
export const lineOf = (table: CopyTable): string => `to_json(ARRAY[${table.columns.map(({ name }) => `${quoted(name)}::text`).join(', ')}])::text`;
