import { pipeTable } from '../html/table-text.js';
import { wideGaps, type Cell, type Line } from './line.js';

export interface FoundTable {
  text: string;
  /** How many lines it takes. */
  lines: number;
}

interface Row {
  y: number;
  cells: string[];
}

const ROWS_MIN = 2;
const COLUMNS_MAX = 40;
// Points by which the edges of one column, and the baselines of one row, differ.
const TOLERANCE = 4;
// Shares of the letters' height: rows further apart are not of one table, lines nearer than the other are of one row.
const ROW_GAP_MAX = 4;
const LINE_GAP_MAX = 1.4;

/** The table that begins with this line, if one does: rows of cells whose edges or middles stand below each other. */
export function tableAt(lines: readonly Line[], start: number): FoundTable | null {
  const head = lines[start]!;
  const columns = head.cells;
  // Gaps as wide as in justified prose do not begin a table; further rows are told by their alignment.
  if (columns.length < 2 || columns.length > COLUMNS_MAX || wideGaps(head) < columns.length - 1) return null;
  const rows: Row[] = [{ y: head.y, cells: columns.map(({ text }) => text) }];
  let at = start + 1;
  for (; at < lines.length; at += 1) {
    const places = placesOf(lines[at]!, columns);
    if (!places || !addLine(rows, lines[at]!, places, lines[at - 1]!, lines[at + 1], columns)) break;
  }
  return rows.length >= ROWS_MIN ? { text: pipeTable(rows.map(({ cells }) => cells)), lines: at - start } : null;
}

/** The column of each cell, or null where one stands in none. */
function placesOf({ cells }: Line, columns: readonly Cell[]): number[] | null {
  const places: number[] = [];
  for (const cell of cells) {
    const aligned = columns.findIndex(({ x, right }) => [x - cell.x, right - cell.right, (x + right - cell.x - cell.right) / 2].some((distance) => Math.abs(distance) <= TOLERANCE));
    const next = columns[aligned + 1];
    const fits = aligned >= 0 && !(next && cell.right > next.right - TOLERANCE) && aligned >= (places.at(-1) ?? 0);
    // A wide space within a cell looks like a gap between two.
    const goesOn = places.length > 0 && cell.right < (columns[places.at(-1)! + 1]?.x ?? Infinity);
    if (!fits && !goesOn) return null;
    places.push(fits ? aligned : places.at(-1)!);
  }
  return places;
}

/** Adds the line as a row, or to the row that it belongs to; false where the table has ended. */
function addLine(rows: Row[], line: Line, places: readonly number[], previous: Line, next: Line | undefined, columns: readonly Cell[]): boolean {
  const row = rows.at(-1)!;
  const gap = (line.y - previous.y) / line.size;
  if (line.page !== previous.page || line.tag?.kind === 'heading' || gap > ROW_GAP_MAX) return false;
  // Some programs write cell after cell: the next one of the row stands higher than the last line of this one.
  const sameRow = isAtRow(line, row) && places.every((place) => place > 0 && row.cells[place] === '');
  if (!sameRow && gap < 0) return false;
  const lone = new Set(places).size === 1;
  const narrow = line.right < columns[1]!.x;
  const wraps = places[0]! > 0 ? lone || gap <= LINE_GAP_MAX : lone && narrow && (gap <= LINE_GAP_MAX || (next !== undefined && next.page === line.page && isAtRow(next, row)));
  // A lone cell at the left is the paragraph after the table.
  if (!sameRow && !wraps && lone) return false;
  if (!sameRow && !wraps) rows.push({ y: line.y, cells: columns.map(() => '') });
  const target = rows.at(-1)!.cells;
  line.cells.forEach(({ text }, index) => (target[places[index]!] = `${target[places[index]!]} ${text}`.trim()));
  return true;
}

function isAtRow(line: Line, row: Row): boolean {
  return Math.abs(line.y - row.y) <= TOLERANCE / 2;
}
