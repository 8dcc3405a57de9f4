import { AppError } from '@kontor/kernel';
import type { Session } from '../engine.js';
import { type CopyTable, quoted } from './tables.js';

const CHECKPOINT_CHARACTERS = 64 * 1024 * 1024;

/** Writes the lines of one table; `columns` names what each line holds, in its order. */
export async function writeRows(session: Session, table: CopyTable, columns: readonly string[], batches: AsyncIterable<readonly string[]>, afterBatch: (characters: number) => Promise<void>): Promise<void> {
  const insert = insertOf(table, columns);
  for await (const lines of batches) {
    await session.query(insert, [lines]);
    await afterBatch(lines.reduce((sum, line) => sum + line.length, 0));
  }
}

function insertOf(table: CopyTable, columns: readonly string[]): string {
  const types = new Map(table.columns.map(({ name, type }) => [name, type]));
  const strange = columns.find((name) => !types.has(name));
  if (strange !== undefined) throw new AppError('copy.other_columns', { message: `The table ${table.name} has no column ${strange} here: the copy is of another schema.`, details: { table: table.name, column: strange } });
  const values = columns.map((name, index) => `fields[${index + 1}]::${types.get(name)!}`);
  // OFFSET 0 keeps the inner query apart, so that each line is parsed once and not once a column.
  return `INSERT INTO ${quoted(table.name)} (${columns.map(quoted).join(', ')}) OVERRIDING SYSTEM VALUE SELECT ${values.join(', ')}
    FROM (SELECT ARRAY(SELECT json_array_elements_text(line::json)) AS fields FROM unnest($1::text[]) AS line OFFSET 0) AS rows`;
}

/** Lets the next number that the database hands out come after all that were copied. */
export async function advanceCounters(session: Session, table: CopyTable): Promise<void> {
  for (const { name } of table.columns.filter((column) => column.identity)) {
    await session.query(`SELECT setval(pg_get_serial_sequence($1, $2), greatest(max(${quoted(name)}), 1), count(*) > 0) FROM ${quoted(table.name)}`, [quoted(table.name), name]);
  }
}

/** The embedded engine makes no checkpoint by itself: without some, its log would grow to the size of the whole copy. */
export function checkpoints(session: Session): (characters: number) => Promise<void> {
  let written = 0;
  return async (characters) => {
    written += characters;
    if (written < CHECKPOINT_CHARACTERS) return;
    written = 0;
    await session.script('CHECKPOINT');
  };
}
