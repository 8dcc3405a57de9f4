import type { Block } from '@kontor/rag-core';
import type { DocumentLimits } from '../limits.js';

export interface Source {
  bytes: Uint8Array;
  name: string;
  limits: DocumentLimits;
}

/** What a format's parser finds; `parseFile` adds what is the same for all. */
export interface Parsed {
  text: string;
  /** In the order of the text, and disjoint. */
  blocks: Block[];
  /** As the document itself states it; without one the file's name stands in. */
  title?: string | undefined;
  metadata?: Record<string, string>;
}

/** The port: one adapter a format, each of which passes `describeParser`. */
export type Parser = (source: Source) => Parsed | Promise<Parsed>;
