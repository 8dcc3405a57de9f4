import type { DocumentBlock, Passage, PassageRange } from '@kontor/contracts';

/** Text around the passage, on either side. */
const CONTEXT_UNITS = 3_000;
const PASSAGE_UNITS_MAX = 100_000;

interface LaidOutText {
  text: string;
  blocks: readonly DocumentBlock[];
}

type Cut = Pick<Passage, 'text' | 'textStart' | 'textEnd' | 'totalUnits' | 'start' | 'end' | 'blocks'>;

/** The passage with text around it. It is cut between blocks, so that a table keeps its head; a long block is cut between lines. */
export function cutPassage({ text, blocks }: LaidOutText, range: PassageRange): Cut {
  const start = Math.min(range.start, text.length);
  const end = Math.min(Math.max(range.end, start), start + PASSAGE_UNITS_MAX, text.length);
  const textStart = start <= CONTEXT_UNITS ? 0 : startBefore(text, blocks, start - CONTEXT_UNITS);
  const textEnd = endAfter(text, blocks, end + CONTEXT_UNITS);
  const inside = blocks.filter((block) => block.end > textStart && block.start < textEnd);
  return { text: text.slice(textStart, textEnd), textStart, textEnd, totalUnits: text.length, start, end, blocks: inside };
}

function startBefore(text: string, blocks: readonly DocumentBlock[], at: number): number {
  const block = blocks.find((one) => one.start <= at && one.end > at);
  if (block !== undefined && at - block.start <= CONTEXT_UNITS) return block.start;
  return text.lastIndexOf('\n', at) + 1;
}

function endAfter(text: string, blocks: readonly DocumentBlock[], at: number): number {
  if (at >= text.length) return text.length;
  const block = blocks.find((one) => one.start <= at && one.end > at);
  if (block !== undefined && block.end - at <= CONTEXT_UNITS) return block.end;
  const lineEnd = text.indexOf('\n', at);
  return lineEnd < 0 ? text.length : lineEnd;
}
