export type Language = 'de' | 'en';

export type BlockKind = 'heading' | 'paragraph' | 'list' | 'table' | 'code' | 'quote';

/** A piece of a document's layout. The range counts UTF-16 code units of the document's text. */
export interface Block {
  kind: BlockKind;
  /** 1 to 6, for headings only. */
  level?: number;
  start: number;
  end: number;
  /** Page of the original, counted from 1, where the format has pages. */
  page?: number;
}

/** What a parser makes of a file: the text that every later range points into, and its layout. */
export interface ExtractedDocument {
  text: string;
  title: string;
  mediaType: string;
  /** In the order of the text, and disjoint. What lies in no block is not searched. */
  blocks: Block[];
  /** Front matter and the like, by key as the file has it (`jurabk`, `tags`). */
  metadata?: Record<string, string>;
}

export interface Range {
  start: number;
  end: number;
}
