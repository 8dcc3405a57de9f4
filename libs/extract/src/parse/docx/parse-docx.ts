import mammoth from 'mammoth';
import { documentError } from '../../errors.js';
import { addHtml } from '../html/add-html.js';
import type { Parsed, Source } from '../parser.js';
import { TextBuilder } from '../text-builder.js';
import { checkParts } from './open-zip.js';

// Word writes the English names of its own styles whatever its language; other programs write what their menus say.
const STYLES = [
  "p[style-name='Title'] => h1:fresh",
  "p[style-name='Titel'] => h1:fresh",
  ...[1, 2, 3, 4, 5, 6].flatMap((level) => [`p[style-name='Überschrift ${level}'] => h${level}:fresh`, `p[style-name='heading ${level}'] => h${level}:fresh`]),
];
const BACK_LINK = /<a href="#(?:foot|end)note-ref-[^"]*">↑<\/a>/g;

/** Word's own headings, lists, tables and notes; pictures, comments and deleted text are left out. */
export async function parseDocx({ bytes, limits }: Source): Promise<Parsed> {
  await checkParts(bytes);
  const html = await toHtml(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
  const builder = new TextBuilder(limits.textUnitsMax);
  addHtml(html.replace(BACK_LINK, ''), builder);
  const { text, blocks } = builder.build();
  const heading = blocks.find(({ kind }) => kind === 'heading');
  return { text, blocks, title: heading && text.slice(heading.start, heading.end) };
}

async function toHtml(buffer: Buffer): Promise<string> {
  const convertImage = mammoth.images.imgElement(async () => ({ src: '' }));
  try {
    const { value } = await mammoth.convertToHtml({ buffer }, { styleMap: STYLES, convertImage, externalFileAccess: false });
    return value;
  } catch (cause) {
    // Depth and size have a code of their own.
    if (cause instanceof RangeError) throw cause;
    throw documentError('document.unreadable', {}, 'never', cause);
  }
}
