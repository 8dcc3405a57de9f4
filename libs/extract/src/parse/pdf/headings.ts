import { wideGaps, type Line } from './line.js';
import type { Measures } from './measures.js';

const HEADING_UNITS_MAX = 200;
const NUMBERED_UNITS_MAX = 100;
const SHORT_SHARE = 0.75;
const NUMBERED = /^(?:§{1,2}\s*\d+[a-z]?|(?:Artikel|Article|Art\.|Section|Abschnitt|Kapitel|Chapter|Teil|Part|Anlage|Annex|Appendix)\s+[\dIVXA-Z]+|\d{1,2}(?:\.\d{1,2}){0,4}\.?)\s+["„“(]?\p{Lu}/u;

/** The level of a heading, or 0: by the file's own tags, else by size, else by a number before a short line that stands alone. */
export function headingLevel(line: Line, previous: Line | undefined, next: Line | undefined, measures: Measures): number {
  if (measures.tagged) return line.tag?.kind === 'heading' ? line.tag.level! : 0;
  // "Introduction … 3" is a line of the table of contents.
  if (!/\p{L}/u.test(line.text) || /…\s*\d+$/.test(line.text) || line.text.length > HEADING_UNITS_MAX || wideGaps(line) > 1) return 0;
  if (line.size > measures.bodySize) {
    const at = measures.headingSizes.findIndex((size) => size <= line.size);
    if (at >= 0) return at + 1;
  }
  return isNumberedHeading(line, previous, next, measures) ? Math.min(6, measures.headingSizes.length + depthOf(line.text)) : 0;
}

/** "§ 4 Vergütung" or "2.1 Ausnahmen" in the size of the text around it. An enumeration has a neighbour of its kind; a heading has not. */
function isNumberedHeading(line: Line, previous: Line | undefined, next: Line | undefined, { leading, left, right }: Measures): boolean {
  if (line.text.length > NUMBERED_UNITS_MAX || !NUMBERED.test(line.text) || /[.,;:!?]$/.test(line.text)) return false;
  if (line.right - left > SHORT_SHARE * (right - left) || wideGaps(line) > 1) return false;
  if (!next || NUMBERED.test(next.text) || (previous && NUMBERED.test(previous.text) && line.y - previous.y < leading * line.size * 1.3)) return false;
  return !previous || previous.page !== line.page || line.y < previous.y || line.y - previous.y > leading * line.size * 1.2;
}

function depthOf(text: string): number {
  return /^\d+(?:\.\d+)*/.exec(text)?.[0].split('.').length ?? 1;
}
