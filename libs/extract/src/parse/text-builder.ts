import type { Block, BlockKind } from '@kontor/rag-core';
import { documentError } from '../errors.js';
import { cleanText } from './clean-text.js';

/** Puts the text of a document together, block by block, and notes where each begins and ends. */
export class TextBuilder {
  readonly blocks: Block[] = [];
  private readonly parts: string[] = [];
  private length = 0;

  constructor(private readonly textUnitsMax: number) {}

  add(kind: BlockKind, content: string, more: { level?: number; page?: number } = {}): void {
    // Soft hyphens and zero-width spaces are marks for a typesetter; within a word they hide it from search.
    const lines = cleanText(content).replace(/[\u00ad\u200b\ufeff]/g, '').split('\n');
    const text = lines.map((line) => line.trimEnd()).join('\n').trimEnd().replace(/^\n+/, '');
    if (text.trim() === '') return;
    const start = this.length === 0 ? 0 : this.length + 2;
    this.length = start + text.length;
    if (this.length > this.textUnitsMax) throw documentError('document.too_large', { textUnits: this.length, textUnitsMax: this.textUnitsMax });
    this.parts.push(text);
    this.blocks.push({ kind, start, end: this.length, ...more });
  }

  build(): { text: string; blocks: Block[] } {
    return { text: this.parts.join('\n\n'), blocks: this.blocks };
  }
}
