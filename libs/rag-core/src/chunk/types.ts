import type { Language } from '../document/index.js';

/** A searchable passage: an exact range of its document, with the context that search needs and the reader sees. */
export interface Chunk {
  ordinal: number;
  start: number;
  end: number;
  /** Exactly `document.text.slice(start, end)`. */
  text: string;
  /** Headings above the passage, outermost first, without the document's title. */
  headingPath: string[];
  page?: number;
  /** Tokens of `embeddingText`, by the embedder's own tokenizer. */
  tokenCount: number;
  language: Language;
  /** Title, headings, what the passage continues (a lead-in, a table's header), then the text without markup. */
  embeddingText: string;
  /** The part of `embeddingText` that stands before the passage and is not in the title or the headings. */
  leadIn: string;
}

export interface ChunkOptions {
  /** No `embeddingText` is longer than this. */
  maxTokens: number;
  /** The embedder's tokenizer, its prefix included. Costly: called about once a chunk. */
  countTokens: (text: string) => number;
  /** Small neighbouring sections are put together up to this many tokens; 0 keeps every section apart. */
  mergeTokens?: number;
}
