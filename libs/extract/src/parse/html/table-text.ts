import { attribute, elementsIn, flowText, type Element } from './tree.js';

const COLUMNS_MAX = 100;

/** A table with a pipe between its cells, spans filled in; null where it is no table but layout. */
export function tableText(table: Element): string | null {
  const rows = rowsOf(table);
  const cells = fillSpans(rows);
  const columns = Math.max(0, ...cells.map((row) => row.length));
  if (columns < 2 || attribute(table, 'role') === 'presentation') return null;
  return pipeTable(cells);
}

/** The first row heads the table, as Markdown wants it. */
export function pipeTable(rows: readonly (readonly string[])[]): string {
  const columns = Math.max(...rows.map((row) => row.length));
  const lines = rows.map((row) => `| ${Array.from({ length: columns }, (_, at) => (row[at] ?? '').replaceAll('|', '\\|')).join(' | ')} |`);
  lines.splice(1, 0, `|${' --- |'.repeat(columns)}`);
  return lines.join('\n');
}

function rowsOf(table: Element): Element[] {
  return elementsIn(table).flatMap((part) => (part.tagName === 'tr' ? [part] : /^t(head|body|foot)$/.test(part.tagName) ? rowsOf(part) : []));
}

function fillSpans(rows: readonly Element[]): string[][] {
  // By column: a value that reaches down, and into how many rows still.
  const reaching = new Map<number, { text: string; rows: number }>();
  const filled = rows.map((row) => {
    const line: string[] = [];
    const takeReaching = (): void => {
      for (let above = reaching.get(line.length); above && above.rows > 0; above = reaching.get(line.length)) {
        above.rows -= 1;
        line.push(above.text);
      }
    };
    for (const cell of elementsIn(row)) {
      takeReaching();
      const text = flowText(cell);
      const span = spanOf(cell, 'colspan');
      for (let at = 0; at < span && line.length < COLUMNS_MAX; at += 1) {
        reaching.set(line.length, { text: at === 0 ? text : '', rows: spanOf(cell, 'rowspan') - 1 });
        line.push(at === 0 ? text : '');
      }
    }
    takeReaching();
    return line;
  });
  return filled.filter((line) => line.some((text) => text !== ''));
}

function spanOf(cell: Element, name: string): number {
  const span = Number.parseInt(attribute(cell, name) ?? '1', 10);
  return span >= 1 && span <= 1_000 ? span : 1;
}
