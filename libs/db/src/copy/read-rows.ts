import type { Session } from '../engine.js';
import { type CopyTable, lineOf, quoted } from './tables.js';

/** What a batch may hold: rows differ from a few bytes to a whole document. */
const BATCH_CHARACTERS = 2 * 1024 * 1024;
const BATCH_ROWS_MAX = 5_000;
const FIRST_ROWS = 32;

/**
 * The rows of a table as lines, a batch at a time. A cursor holds the place in the open transaction, so memory stays
 * the same whatever the table's size: each batch is sized after the one before, and at most twice as long.
 */
export async function* readRows(session: Session, table: CopyTable): AsyncGenerator<readonly string[]> {
  yield* readLines(session, `SELECT ${lineOf(table)} AS line FROM ${quoted(table.name)}`);
}

/** The key of each original that a document or a waiting upload has, once. */
export async function* readBlobKeys(session: Session, tables: readonly CopyTable[]): AsyncGenerator<readonly string[]> {
  const keyed = tables.filter(({ columns }) => columns.some(({ name }) => name === 'blob_key'));
  if (keyed.length === 0) return;
  const keys = keyed.map(({ name }) => `SELECT blob_key AS line FROM ${quoted(name)} WHERE blob_key IS NOT NULL`);
  yield* readLines(session, `${keys.join(' UNION ')} ORDER BY line`);
}

async function* readLines(session: Session, query: string): AsyncGenerator<readonly string[]> {
  await session.script(`DECLARE copied NO SCROLL CURSOR FOR ${query}`);
  let count = FIRST_ROWS;
  for (;;) {
    const rows = await session.query<{ line: string }>(`FETCH ${count} FROM copied`);
    if (rows.length > 0) yield rows.map((row) => row.line);
    if (rows.length < count) break;
    const characters = rows.reduce((sum, row) => sum + row.line.length, 1);
    const fitting = Math.floor((rows.length * BATCH_CHARACTERS) / characters);
    count = Math.max(1, Math.min(fitting, rows.length * 2, BATCH_ROWS_MAX));
  }
  await session.script('CLOSE copied');
}
