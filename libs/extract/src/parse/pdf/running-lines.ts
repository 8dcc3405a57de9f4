import type { Line, PageLines } from './line.js';

// A line that returns at the same height of this many pages, or of this share of them, belongs to the paper.
const PAGES_MIN = 3;
const SHARE_MIN = 0.4;
// Headers and footers stand in this share of the page's height, are few lines, and a gap parts them from the text.
const MARGIN = 0.12;
const ROWS_MAX = 3;
const GAP_MIN = 1.6;
const PAGE_NUMBER = /^[\s\-–—|]*(?:(?:Seite|Page|S\.|p\.)\s*)?(?:\d{1,4}|[ivxl]{1,7})(?:\s*(?:von|of|\/)\s*\d{1,4})?[\s\-–—|]*$/i;

/** The lines of all pages without headers, footers and page numbers, which would cut sentences and repeat in every passage. */
export function withoutRunningLines(pages: readonly PageLines[]): Line[] {
  const outer = pages.map(outerLines);
  const seen = new Map<string, number>();
  for (const lines of outer) for (const key of new Set([...lines].map(keyOf))) seen.set(key, (seen.get(key) ?? 0) + 1);
  const pagesMin = Math.max(2, Math.min(PAGES_MIN, pages.length * SHARE_MIN));
  return pages.flatMap(({ lines }, index) => lines.filter((line) => !outer[index]!.has(line) || !(PAGE_NUMBER.test(line.text) || seen.get(keyOf(line))! >= pagesMin)));
}

function outerLines({ height, lines }: PageLines): Set<Line> {
  const down = lines.toSorted((a, b) => a.y - b.y);
  const top = leadingRows(down).filter(({ y }) => y < MARGIN * height);
  const bottom = leadingRows(down.toReversed()).filter(({ y }) => y > (1 - MARGIN) * height);
  return new Set([...top, ...bottom]);
}

/** The lines up to the first gap, unless they are so many that they are the text itself. */
function leadingRows(lines: readonly Line[]): Line[] {
  let rows = 1;
  for (let at = 1; at < lines.length; at += 1) {
    const gap = Math.abs(lines[at]!.y - lines[at - 1]!.y) / lines[at]!.size;
    if (gap >= GAP_MIN) return lines.slice(0, at);
    if (gap > 0.5) rows += 1;
    if (rows > ROWS_MAX) return [];
  }
  return [...lines];
}

/** Numbers differ from page to page, and centred text moves with them; the height does not. */
function keyOf({ text, y }: Line): string {
  return `${Math.round(y / 3)} ${text.replace(/\d+/g, '#')}`;
}
