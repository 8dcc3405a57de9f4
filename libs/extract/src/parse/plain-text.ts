import type { Block, ExtractedDocument } from '@kontor/rag-core';
import { decodeText } from './decode.js';

const TITLE_UNITS_MAX = 120;

/** Paragraphs between blank lines; a short line of its own that is underlined or stands first is a heading. */
export function parsePlainText(bytes: Uint8Array, name: string): ExtractedDocument {
  const text = decodeText(bytes);
  const blocks: Block[] = [];
  for (const match of text.matchAll(/\S[^\n]*(?:\n[^\n]*\S[^\n]*)*/g)) {
    const start = match.index;
    const end = start + match[0].trimEnd().length;
    const lines = match[0].trimEnd().split('\n');
    const underlined = lines.length === 2 && /^[=\-~*]{3,}\s*$/.test(lines[1]!);
    if (underlined || (blocks.length === 0 && lines.length === 1 && lines[0]!.length <= TITLE_UNITS_MAX)) {
      blocks.push({ kind: 'heading', level: underlined && blocks.length > 0 ? 2 : 1, start, end });
    } else blocks.push({ kind: /^\s*(?:[-*•]|\d+[.)])\s/.test(lines[0]!) ? 'list' : 'paragraph', start, end });
  }
  const first = blocks[0];
  const title = first?.kind === 'heading' ? text.slice(first.start, first.end).split('\n')[0]!.trim() : name.replace(/\.[^.]+$/, '');
  return { text, title, mediaType: 'text/plain', blocks };
}
