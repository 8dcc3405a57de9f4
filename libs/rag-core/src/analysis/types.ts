/** A searchable unit of a text: a stem, a number, an identifier or a statute citation, and where it stands. */
export interface Term {
  term: string;
  start: number;
  end: number;
}

/** As pgvector's `sparsevec` wants it: dimensions ascending from 1, no zero weights. */
export interface SparseVector {
  dimensions: number[];
  weights: number[];
}

/** A firm's own word and what the documents say for it. */
export interface LexiconEntry {
  term: string;
  /** `abbreviation`, `law` or `synonym`; a `law` also renames the law of a citation. */
  kind: string;
  expands: string[];
  /** How much an expansion counts beside an ordinary word of the question. */
  weight: number;
}
