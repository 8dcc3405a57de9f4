import type { ExtractedDocument } from '@kontor/rag-core';
import type { DocumentLimits } from '../limits.js';

export interface ParseTask {
  bytes: Uint8Array;
  name: string;
  limits: DocumentLimits;
}

export interface ParseRequest extends ParseTask {
  id: number;
}

export type ParseReply = { id: number; ok: true; document: ExtractedDocument } | { id: number; ok: false; code: string; details: Record<string, number> };

/** Sent once, when the child can take work. */
export const READY = 'ready';
