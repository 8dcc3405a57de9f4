import { CELL_GAP, type Cell, type Line, type PageLines } from './line.js';
import { structureTags, type Tag } from './structure-tags.js';

/** What is used of a page of pdf.js. */
export interface PdfPage {
  getViewport(options: { scale: number }): { transform: number[]; height: number };
  getTextContent(options: { includeMarkedContent: boolean }): Promise<{ items: unknown[] }>;
  getStructTree(): Promise<unknown>;
  cleanup(): unknown;
}

interface TextItem {
  str: string;
  width: number;
  transform: number[];
}

interface Mark {
  type: string;
  id?: string;
  tag?: string;
}

interface Run extends Cell {
  y: number;
  size: number;
  tag: Tag | undefined;
}

// Shares of the letters' height.
const SAME_LINE = 0.5;
const SPACE = 0.15;

/** The lines of a page in the order in which its program wrote them, which is the order of reading in nearly all files. */
export async function readLines(page: PdfPage, number: number): Promise<PageLines> {
  const { transform, height } = page.getViewport({ scale: 1 });
  const [content, structure] = await Promise.all([page.getTextContent({ includeMarkedContent: true }), page.getStructTree().catch(() => null)]);
  const lines: Line[] = [];
  let runs: Run[] = [];
  const flush = (): void => {
    if (runs.some(({ text }) => text.trim() !== '')) lines.push(lineOf(runs, number));
    runs = [];
  };
  for (const run of readRuns(content.items, transform, structureTags(structure))) {
    const last = runs.at(-1);
    const follows = last && Math.abs(run.y - last.y) < SAME_LINE * Math.max(run.size, last.size) && run.x > last.right - run.size;
    if (!follows) flush();
    runs.push(run);
  }
  flush();
  page.cleanup();
  return { height, lines };
}

/** Text as it lies on the page; without what stands across it, like a watermark, and without what is marked as decoration. */
function* readRuns(items: readonly unknown[], viewport: readonly number[], tags: Map<string, Tag>): Generator<Run> {
  const open: Mark[] = [];
  for (const item of items as (TextItem | Mark)[]) {
    if (!('str' in item)) {
      if (item.type === 'endMarkedContent') open.pop();
      else open.push(item);
      continue;
    }
    if (item.str === '' || open.some(({ tag }) => tag === 'Artifact')) continue;
    const [a, b, c, d, x, y] = multiply(viewport, item.transform);
    if (Math.abs(b) > 0.3 * Math.abs(a)) continue;
    const id = open.findLast((mark) => mark.id !== undefined)?.id;
    yield { text: item.str, x, right: x + item.width, y, size: Math.hypot(c, d), tag: id === undefined ? undefined : tags.get(id) };
  }
}

function multiply(m: readonly number[], n: readonly number[]): [number, number, number, number, number, number] {
  const [a, b, c, d, e, f] = m as [number, number, number, number, number, number];
  const [g, h, i, j, k, l] = n as [number, number, number, number, number, number];
  return [a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * l + e, b * k + d * l + f];
}

function lineOf(runs: readonly Run[], page: number): Line {
  const printed = runs.filter(({ text }) => text.trim() !== '');
  const largest = printed.reduce((most, run) => (run.text.length > most.text.length ? run : most));
  const cells: Cell[] = [];
  let spaced = false;
  let node: number | undefined;
  for (const run of runs) {
    const cell = cells.at(-1);
    if (run.text.trim() === '') {
      spaced = true;
      continue;
    }
    const isNext = run.tag?.kind === 'cell' ? run.tag.node !== node : run.x - (cell?.right ?? 0) > CELL_GAP * run.size;
    if (!cell || isNext) cells.push({ text: run.text, x: run.x, right: run.right });
    else {
      const space = spaced || run.x - cell.right > SPACE * run.size ? ' ' : '';
      cell.text += space + run.text;
      cell.right = run.right;
    }
    spaced = false;
    node = run.tag?.node;
  }
  for (const cell of cells) cell.text = tidy(cell.text);
  const { y, size } = largest;
  return { page, x: cells[0]!.x, right: cells.at(-1)!.right, y, size: round(size), text: cells.map(({ text }) => text).join(' '), cells, tag: printed.find(({ tag }) => tag)?.tag };
}

/** One space between words, and no row of dots between a title and its page number. */
function tidy(text: string): string {
  return text.replace(/(?:\s*\.){5,}/g, ' …').replace(/[ \t]+/g, ' ').trim();
}

/** Programs scale fonts by fractions; half points tell real sizes apart. */
function round(size: number): number {
  return Math.round(size * 2) / 2;
}
