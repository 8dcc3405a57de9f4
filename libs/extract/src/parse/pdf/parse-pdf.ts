import { getDocumentProxy } from 'unpdf';
import { documentError } from '../../errors.js';
import type { Parsed, Source } from '../parser.js';
import { TextBuilder } from '../text-builder.js';
import { layOut } from './layout.js';
import type { PageLines } from './line.js';
import { readLines } from './read-lines.js';
import { withoutRunningLines } from './running-lines.js';

type Pdf = Awaited<ReturnType<typeof getDocumentProxy>>;

const END_MARK_WITHIN_BYTES = 4_096;
// Titles that programs put in by themselves.
const PLACEHOLDER_TITLE = /^(?:untitled|unbenannt|document\d*|dokument\d*|microsoft word\b.*|.*\.(?:docx?|pdf|odt|html?|tex|indd))$/i;

/** Text and structure of a PDF, with page numbers. It needs a text layer: pictures of pages are refused. */
export async function parsePdf({ bytes, limits }: Source): Promise<Parsed> {
  if (!hasEndMark(bytes)) throw documentError('document.truncated', { sizeBytes: bytes.length });
  const pdf = await open(bytes);
  const { pagesMax, textUnitsMax } = limits;
  if (pdf.numPages > pagesMax) throw documentError('document.too_large', { pages: pdf.numPages, pagesMax });
  const pages: PageLines[] = [];
  for (let number = 1; number <= pdf.numPages; number += 1) pages.push(await readLines(await pdf.getPage(number), number));
  if (!pages.some(({ lines }) => lines.some(({ text }) => /[\p{L}\p{N}]/u.test(text)))) throw documentError('document.no_text', { pages: pdf.numPages });
  const builder = new TextBuilder(textUnitsMax);
  layOut(withoutRunningLines(pages), builder);
  const { text, blocks } = builder.build();
  const heading = blocks.find(({ kind, level, page }) => kind === 'heading' && level === 1 && page === 1);
  return { text, blocks, title: heading ? text.slice(heading.start, heading.end) : await statedTitle(pdf) };
}

/** A file that was cut lacks it; what recovery saves of such a file would be silently incomplete. */
function hasEndMark(bytes: Uint8Array): boolean {
  const end = bytes.findLastIndex((byte) => byte > 0x20) + 1;
  return Buffer.from(bytes.subarray(Math.max(0, end - END_MARK_WITHIN_BYTES), end)).includes('%%EOF');
}

async function open(bytes: Uint8Array): Promise<Pdf> {
  try {
    // A copy, since pdf.js takes the memory over. Nothing is rendered, so no font, image or script is wanted.
    return await getDocumentProxy(new Uint8Array(bytes), { disableFontFace: true, useSystemFonts: false, enableXfa: false, verbosity: 0 });
  } catch (cause) {
    if (cause instanceof RangeError) throw cause;
    throw documentError((cause as Error).name === 'PasswordException' ? 'document.encrypted' : 'document.unreadable', {}, 'never', cause);
  }
}

async function statedTitle(pdf: Pdf): Promise<string | undefined> {
  const { info } = (await pdf.getMetadata().catch(() => ({ info: {} }))) as { info: { Title?: unknown } };
  const title = typeof info.Title === 'string' ? info.Title.trim() : '';
  return title === '' || PLACEHOLDER_TITLE.test(title) ? undefined : title;
}
