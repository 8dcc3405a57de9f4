/** What a piece of a tagged PDF is; `node` tells two paragraphs apart. */
export interface Tag {
  kind: 'heading' | 'item' | 'cell' | 'paragraph';
  level?: number;
  node: number;
}

interface StructureNode {
  role?: string;
  type?: string;
  id?: string;
  children?: StructureNode[];
}

const DEPTH_MAX = 500;
const KINDS: Record<string, Tag['kind']> = { LI: 'item', TD: 'cell', TH: 'cell', P: 'paragraph' };

/** The tags of a page by the id of the marked content they enclose; empty in files without tags. */
export function structureTags(root: unknown): Map<string, Tag> {
  const tags = new Map<string, Tag>();
  let nodes = 0;
  const visit = (node: StructureNode, outer: Tag | undefined, depth: number): void => {
    if (depth > DEPTH_MAX) return;
    if (node.type === 'content' && node.id !== undefined && outer) tags.set(node.id, outer);
    nodes += 1;
    const tag = innerTag(node.role ?? '', outer, nodes);
    for (const child of node.children ?? []) visit(child, tag, depth + 1);
  };
  if (root) visit(root as StructureNode, undefined, 0);
  return tags;
}

function innerTag(role: string, outer: Tag | undefined, node: number): Tag | undefined {
  const level = /^H([1-6])$/.exec(role)?.[1] ?? (role === 'Title' ? '1' : undefined);
  if (level !== undefined) return { kind: 'heading', level: Number(level), node };
  const kind = KINDS[role];
  // The paragraph within an item is the item.
  return kind === undefined || (kind === 'paragraph' && outer) ? outer : { kind, node };
}
