import type { Session } from '../engine.js';
import { LOCK_LIMIT, patiently } from './patience.js';

export interface SearchIndex {
  name: string;
  table: string;
  /** What stands after the table in its definition. */
  using: string;
}

/** The partitions of a table; none where it lies in one piece. */
export async function partitionsOf(session: Session, table: string): Promise<string[]> {
  const rows = await session.query<{ name: string }>('SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = to_regclass($1) ORDER BY 1', [`public.${table}`]);
  return rows.map((row) => row.name);
}

/**
 * An index cannot be made concurrently on all partitions at once. So it is made of the parent alone, where it counts for
 * nothing yet, then of each partition by `ensure`, and the server holds it for whole when the last one is attached. What
 * was attached stays when this is killed.
 */
export async function ensurePartitionedIndex(session: Session, index: SearchIndex, partitions: readonly string[], ensure: (part: SearchIndex) => Promise<void>): Promise<void> {
  const change = (sql: string): Promise<void> => patiently(() => session.script(`${LOCK_LIMIT}; ${sql}`));
  let { whole, attached } = await stateOf(session, index.name);
  if (whole === true) return;
  // Nothing is missing and still it is not whole: one of its parts is broken, and no part can be taken out alone.
  if (whole === false && attached.length === partitions.length) {
    await change(`DROP INDEX public.${index.name}`);
    ({ whole, attached } = await stateOf(session, index.name));
  }
  if (whole === null) await change(`CREATE INDEX ${index.name} ON ONLY public.${index.table} ${index.using}`);
  for (const table of partitions.filter((name) => !attached.includes(name))) {
    const part = { ...index, table, name: `${index.name}_${table.replace(`${index.table}_`, '')}` };
    await ensure(part);
    await change(`ALTER INDEX public.${index.name} ATTACH PARTITION public.${part.name}`);
  }
}

/** Whether the index is whole, null where there is none, and which partitions have their part attached. */
async function stateOf(session: Session, name: string): Promise<{ whole: boolean | null; attached: string[] }> {
  const [state] = await session.query<{ whole: boolean | null; attached: string[] }>(
    `SELECT (SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass($1)) AS whole,
       ARRAY(SELECT t.relname::text FROM pg_inherits h JOIN pg_index i ON i.indexrelid = h.inhrelid JOIN pg_class t ON t.oid = i.indrelid WHERE h.inhparent = to_regclass($1)) AS attached`,
    [`public.${name}`],
  );
  return state!;
}
