import type { Block, BlockKind } from '@kontor/rag-core';

/** Puts the text of a document together, block by block, and notes where each begins and ends. */
export class TextBuilder {
  readonly blocks: Block[] = [];
  private text = '';

  get length(): number {
    return this.text.length;
  }

  add(kind: BlockKind, content: string, extra: { level?: number; page?: number } = {}): void {
    const clean = content.replace(/[ \t]+\n/g, '\n').trim();
    if (clean === '') return;
    if (this.text !== '') this.text += '\n\n';
    const start = this.text.length;
    this.text += clean;
    this.blocks.push({ kind, start, end: this.text.length, ...extra });
  }

  build(): { text: string; blocks: Block[] } {
    return { text: this.text, blocks: this.blocks };
  }
}
