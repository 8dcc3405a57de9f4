/** What merging needs to know of a hit; callers pass their own richer type. */
export interface RankedChunk {
  documentId: string;
  ordinal: number;
  start: number;
  end: number;
  score: number;
}

/** Adjacent chunks of one document as one hit. */
export interface MergedHit<T extends RankedChunk> {
  documentId: string;
  start: number;
  end: number;
  /** Of the best member. */
  score: number;
  best: T;
  /** In the order of the document, without gaps. */
  members: T[];
}

export interface MergeOptions<T extends RankedChunk> {
  membersMax?: number;
  /** False keeps two adjacent chunks apart, for example two paragraphs of a statute. */
  joins?: (left: T, right: T) => boolean;
}

/** Joins hits that follow each other in a document; each merged hit takes the place of its best member. */
export function mergeNeighbours<T extends RankedChunk>(hits: readonly T[], options: MergeOptions<T> = {}): MergedHit<T>[] {
  const membersMax = options.membersMax ?? 3;
  const joins = options.joins ?? (() => true);
  const merged: MergedHit<T>[] = [];
  for (const hit of hits) {
    const host = merged.find((other) => other.documentId === hit.documentId && other.members.length < membersMax && adjacent(other, hit, joins));
    if (!host) {
      merged.push({ documentId: hit.documentId, start: hit.start, end: hit.end, score: hit.score, best: hit, members: [hit] });
      continue;
    }
    host.members = [...host.members, hit].sort((a, b) => a.ordinal - b.ordinal);
    host.start = Math.min(host.start, hit.start);
    host.end = Math.max(host.end, hit.end);
  }
  return merged;
}

function adjacent<T extends RankedChunk>(host: MergedHit<T>, hit: T, joins: (left: T, right: T) => boolean): boolean {
  const first = host.members[0]!;
  const last = host.members[host.members.length - 1]!;
  if (hit.ordinal === last.ordinal + 1) return joins(last, hit);
  return hit.ordinal === first.ordinal - 1 && joins(hit, first);
}
