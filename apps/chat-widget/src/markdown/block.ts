import type { Inline } from './inline.js';

/** Letters that stand together: an item of a list, a cell of a table. */
export interface Leaf<T> {
  inlines: T[];
}

export type Block<T = Inline> =
  | { kind: 'paragraph' | 'quote' | 'code'; inlines: T[] }
  | { kind: 'heading'; level: number; inlines: T[] }
  | { kind: 'list'; ordered: boolean; first: number; depth: number; items: Leaf<T>[] }
  | { kind: 'table'; head: Leaf<T>[]; rows: Leaf<T>[][] };

/** Everything that a block says, in the order in which it is read. */
export function leavesOf<T>(block: Block<T>): T[] {
  if (block.kind === 'list') return block.items.flatMap((item) => item.inlines);
  if (block.kind === 'table') return [block.head, ...block.rows].flat().flatMap((cell) => cell.inlines);
  return block.inlines;
}

/** The same block with other letters in it. */
export function mapLeaves<T, U>(block: Block<T>, change: (inlines: T[]) => U[]): Block<U> {
  const leaf = ({ inlines }: Leaf<T>): Leaf<U> => ({ inlines: change(inlines) });
  if (block.kind === 'list') return { ...block, items: block.items.map(leaf) };
  if (block.kind === 'table') return { ...block, head: block.head.map(leaf), rows: block.rows.map((row) => row.map(leaf)) };
  return { ...block, inlines: change(block.inlines) };
}
