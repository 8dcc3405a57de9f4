import type { Tag } from './structure-tags.js';

/** A stretch of a line without a wide gap: a whole line of prose, or one cell of a table's row. */
export interface Cell {
  text: string;
  x: number;
  right: number;
}

/** A printed line, measured in points from the page's upper left corner. */
export interface Line {
  page: number;
  x: number;
  right: number;
  /** Of the baseline. */
  y: number;
  /** Height of most of its letters. */
  size: number;
  text: string;
  cells: Cell[];
  /** What the author's program said this is, in files that say so. */
  tag?: Tag | undefined;
}

export interface PageLines {
  height: number;
  lines: Line[];
}

// Shares of the letters' height. Justified prose stretches its spaces up to the second, tables seldom stay below the first.
export const CELL_GAP = 0.6;
const WIDE_GAP = 1.5;

/** How many of the gaps between a line's cells are wider than a stretched space. Cells that the file itself tells apart need none. */
export function wideGaps({ cells, size, tag }: Line): number {
  return cells.filter((cell, index) => index > 0 && (tag?.kind === 'cell' || cell.x - cells[index - 1]!.right > WIDE_GAP * size)).length;
}
