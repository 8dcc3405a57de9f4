import type { Line } from './line.js';

/** What is usual in a document, by which headings and paragraphs stand out. */
export interface Measures {
  bodySize: number;
  /** Sizes of headings, largest first. */
  headingSizes: number[];
  /** Usual distance from line to line, as a share of the letters' height. */
  leading: number;
  left: number;
  right: number;
  /** The author's program marked the headings, so that nothing need be guessed. */
  tagged: boolean;
}

const HEADING_RATIO = 1.12;
const HEADING_LEVELS = 6;

export function measure(lines: readonly Line[]): Measures {
  const letters = new Map<number, number>();
  for (const { size, text } of lines) letters.set(size, (letters.get(size) ?? 0) + text.length);
  const bodySize = [...letters].reduce((most, entry) => (entry[1] > most[1] ? entry : most), [0, 0])[0];
  const headingSizes = [...letters.keys()].filter((size) => size >= bodySize * HEADING_RATIO).sort((a, b) => b - a);
  const gaps: number[] = [];
  let left = Infinity;
  let right = 0;
  lines.forEach((line, index) => {
    left = Math.min(left, line.x);
    right = Math.max(right, line.right);
    const previous = lines[index - 1];
    const gap = previous ? (line.y - previous.y) / line.size : 0;
    if (line.size === bodySize && previous?.page === line.page && gap > 0.8 && gap < 2.2) gaps.push(gap);
  });
  gaps.sort((a, b) => a - b);
  // Below the median, so that a document of short paragraphs does not take their distance for that of its lines.
  const leading = gaps[Math.floor(gaps.length / 3)] ?? 1.3;
  return { bodySize, headingSizes: headingSizes.slice(0, HEADING_LEVELS), leading, left, right, tagged: lines.some(({ tag }) => tag?.kind === 'heading') };
}
