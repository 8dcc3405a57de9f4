/** Table slots for each expected entry: half full at most keeps the search for a free slot short. */
const SLOTS_PER_ENTRY = 2;
const NONE = -1;
export const ROOT = 0;

/**
 * The pieces of a vocabulary as a tree of characters in flat arrays: a walk costs a few nanoseconds a character and
 * makes no strings, and a quarter of a million pieces take some 30 MB.
 */
export class PieceTrie {
  readonly #parents: Int32Array;
  readonly #characters: Uint16Array;
  readonly #children: Int32Array;
  readonly #ids: Int32Array;
  readonly #mask: number;
  #nodes = 1;

  constructor(pieces: readonly (readonly [piece: string, id: number])[]) {
    const nodesMax = pieces.reduce((sum, [piece]) => sum + piece.length, 1);
    const slots = 2 ** Math.ceil(Math.log2(nodesMax * SLOTS_PER_ENTRY));
    this.#mask = slots - 1;
    this.#parents = new Int32Array(slots).fill(NONE);
    this.#characters = new Uint16Array(slots);
    this.#children = new Int32Array(slots);
    this.#ids = new Int32Array(nodesMax).fill(NONE);
    for (const [piece, id] of pieces) this.#insert(piece, id);
  }

  /** The node under `node` for a character, or −1. */
  child(node: number, character: number): number {
    const slot = this.#slot(node, character);
    return this.#parents[slot] === NONE ? NONE : this.#children[slot]!;
  }

  /** The piece that ends at the node, or −1. */
  idAt(node: number): number {
    return this.#ids[node]!;
  }

  #insert(piece: string, id: number): void {
    let node = ROOT;
    for (let i = 0; i < piece.length; i += 1) {
      const slot = this.#slot(node, piece.charCodeAt(i));
      if (this.#parents[slot] === NONE) {
        this.#parents[slot] = node;
        this.#characters[slot] = piece.charCodeAt(i);
        this.#children[slot] = this.#nodes;
        this.#nodes += 1;
      }
      node = this.#children[slot]!;
    }
    this.#ids[node] = id;
  }

  /** The slot that holds this step, or the free one where it would be put. */
  #slot(node: number, character: number): number {
    let slot = (Math.imul(node, 0x9e3779b1) ^ Math.imul(character, 0x85ebca6b)) >>> 7 & this.#mask;
    while (this.#parents[slot] !== NONE && (this.#parents[slot] !== node || this.#characters[slot] !== character)) {
      slot = (slot + 1) & this.#mask;
    }
    return slot;
  }
}
