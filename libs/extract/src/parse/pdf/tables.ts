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
const CELL_LINES_MAX = 12;

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
    if (!places || !addLine(rows, lines, at, places, columns)) break;
  }
  // Two lines as close as prose may stand below each other by chance.
  const padded = head.tag?.kind === 'cell' || (rows[1]?.y ?? 0) - head.y > LINE_GAP_MAX * head.size;
  return rows.length >= (padded ? ROWS_MIN : ROWS_MIN + 1) ? { text: pipeTable(rows.map(({ cells }) => cells)), lines: at - start } : null;
}

/** The column of each cell, or null where one stands in none. */
function placesOf({ cells }: Line, columns: readonly Cell[]): number[] | null {
  const places: number[] = [];
  for (const cell of cells) {
    const aligned = columns.findIndex((column) => isAligned(cell, column));
    const next = columns[aligned + 1];
    const fits = aligned >= 0 && !(next && cell.right > next.right - TOLERANCE) && aligned >= (places.at(-1) ?? 0);
    // A wide space within a cell looks like a gap between two.
    const goesOn = places.length > 0 && cell.right < (columns[places.at(-1)! + 1]?.x ?? Infinity);
    if (!fits && !goesOn) return null;
    places.push(fits ? aligned : places.at(-1)!);
  }
  return places;
}

/** At the left, in the middle, or at the right as numbers are; in justified prose everything ends at the right. */
function isAligned(cell: Cell, { x, right }: Cell): boolean {
  const distances = [x - cell.x, (x + right - cell.x - cell.right) / 2, ...(/\d/.test(cell.text) ? [right - cell.right] : [])];
  return distances.some((distance) => Math.abs(distance) <= TOLERANCE);
}

/** Adds the line as a row, or to the row that it belongs to; false where the table has ended. */
function addLine(rows: Row[], lines: readonly Line[], at: number, places: readonly number[], columns: readonly Cell[]): boolean {
  const [line, previous, row] = [lines[at]!, lines[at - 1]!, rows.at(-1)!];
  const gap = (line.y - previous.y) / line.size;
  if (line.page !== previous.page || line.tag?.kind === 'heading' || gap > ROW_GAP_MAX) return false;
  // Some programs write cell after cell: the next one of the row stands higher than the last line of this one.
  const nextCell = isAt(line, row.y) && places.every((place) => place > 0 && row.cells[place] === '');
  if (!nextCell && gap < 0) return false;
  const lone = new Set(places).size === 1;
  const near = gap <= LINE_GAP_MAX;
  const narrow = line.right < columns[1]!.x;
  const wraps = places[0]! > 0 ? lone || near : lone && narrow && (near || returnsTo(lines, at, row.y));
  // A lone cell at the left is the paragraph after the table, unless more of its row follows.
  if (!nextCell && !wraps && lone && !(narrow && returnsTo(lines, at, line.y))) return false;
  if (!nextCell && !wraps) rows.push({ y: line.y, cells: columns.map(() => '') });
  const target = rows.at(-1)!.cells;
  line.cells.forEach(({ text }, index) => (target[places[index]!] = `${target[places[index]!]} ${text}`.trim()));
  return true;
}

/** Whether one of the next lines stands at this height again, after the rest of a cell. */
function returnsTo(lines: readonly Line[], at: number, y: number): boolean {
  return lines.slice(at + 1, at + 1 + CELL_LINES_MAX).some((line) => line.page === lines[at]!.page && isAt(line, y));
}

function isAt(line: Line, y: number): boolean {
  return Math.abs(line.y - y) <= TOLERANCE / 2;
}
