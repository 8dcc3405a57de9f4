import { decodeText } from '../decode-text.js';
import type { Parsed, Source } from '../parser.js';
import { TextBuilder } from '../text-builder.js';
import { addHtml } from './add-html.js';

const HEAD_BYTES = 4_096;

/** What a reader sees of a page: headings, paragraphs, lists and tables, without scripts, navigation and hidden parts. */
export function parseHtml({ bytes, limits }: Source): Parsed {
  const builder = new TextBuilder(limits.textUnitsMax);
  const title = addHtml(decodeText(bytes, declaredEncoding(bytes)), builder);
  const { text, blocks } = builder.build();
  const first = blocks.find(({ kind, level }) => kind === 'heading' && level === 1);
  return { text, blocks, title: first ? text.slice(first.start, first.end) : title };
}

function declaredEncoding(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, HEAD_BYTES)).toString('latin1');
  return /<meta[^>]+charset\s*=\s*["']?\s*([\w-]+)/i.exec(head)?.[1] ?? /^<\?xml[^>]+encoding=["']([\w-]+)/i.exec(head)?.[1];
}
