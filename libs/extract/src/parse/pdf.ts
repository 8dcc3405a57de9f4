import { getDocumentProxy } from 'unpdf';
import type { ExtractedDocument } from '@kontor/rag-core';
import { failure } from './failure.js';
import { TextBuilder } from './text-builder.js';

interface PdfLine {
  text: string;
  size: number;
  x: number;
  y: number;
  page: number;
}
interface TextItem {
  str: string;
  height: number;
  transform: number[];
  hasEOL: boolean;
}

const HEADING_RATIO = 1.15;
const PARAGRAPH_GAP = 1.6;

/** Text of a PDF with pages: lines by position, headings by size, paragraphs by the gap between lines. */
export async function parsePdf(bytes: Uint8Array, name: string, pagesMax: number): Promise<ExtractedDocument> {
  const pdf = await open(bytes);
  if (pdf.numPages > pagesMax) throw failure('document.too_complex', { pages: pdf.numPages, pagesMax });
  const lines: PdfLine[] = [];
  for (let page = 1; page <= pdf.numPages; page += 1) {
    const content = await (await pdf.getPage(page)).getTextContent();
    lines.push(...linesOf(content.items as TextItem[], page));
  }
  if (lines.length === 0) throw failure('document.no_text', { pages: pdf.numPages });
  const body = withoutRunningLines(lines, pdf.numPages);
  const builder = new TextBuilder();
  addBlocks(body, builder);
  const biggest = Math.max(...body.map((line) => line.size));
  const title = body.find((line) => line.size === biggest)!.text;
  return { ...builder.build(), title: title.length > 150 ? name.replace(/\.[^.]+$/, '') : title, mediaType: 'application/pdf' };
}

async function open(bytes: Uint8Array): Promise<Awaited<ReturnType<typeof getDocumentProxy>>> {
  try {
    return await getDocumentProxy(new Uint8Array(bytes), { verbosity: 0 } as never);
  } catch (error) {
    const text = `${(error as Error).name} ${(error as Error).message}`;
    if (/password/i.test(text)) throw failure('document.encrypted', {}, error);
    throw failure(Buffer.from(bytes.subarray(-2_048)).includes('%%EOF') ? 'document.unreadable' : 'document.truncated', {}, error);
  }
}

function linesOf(items: readonly TextItem[], page: number): PdfLine[] {
  const lines: PdfLine[] = [];
  let open: PdfLine | null = null;
  let right = 0;
  for (const item of items) {
    if (item.str === '') continue;
    const [x, y] = [item.transform[4]!, item.transform[5]!];
    const size = Math.round(Math.hypot(item.transform[2]!, item.transform[3]!) * 10) / 10 || item.height;
    if (open && Math.abs(open.y - y) < size * 0.5) {
      const gap = x - right > size * 0.2 && !open.text.endsWith(' ') && !item.str.startsWith(' ');
      open.text += (gap ? (x - right > size * 2 ? ' | ' : ' ') : '') + item.str;
      open.size = Math.max(open.size, item.str.trim() === '' ? 0 : size);
    } else {
      if (item.str.trim() === '') continue;
      open = { text: item.str, size, x, y, page };
      lines.push(open);
    }
    right = x + ((item as unknown as { width: number }).width ?? 0);
  }
  return lines.map((line) => ({ ...line, text: line.text.replace(/\s+/g, ' ').trim() })).filter((line) => line.text !== '');
}

/** Headers and footers: the outermost lines that return on most pages, numbers apart. */
function withoutRunningLines(lines: readonly PdfLine[], pages: number): PdfLine[] {
  if (pages < 3) return lines.filter((line) => !/^(Seite|Page)?\s*\d+(\s*(von|of|\/)\s*\d+)?$/i.test(line.text));
  const shape = (line: PdfLine): string => `${line.text.replace(/\d+/g, '#')}@${Math.round(line.y / 4)}`;
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(shape(line), (counts.get(shape(line)) ?? 0) + 1);
  return lines.filter((line) => counts.get(shape(line))! < Math.max(3, pages * 0.6));
}

function addBlocks(lines: readonly PdfLine[], builder: TextBuilder): void {
  const sizes = lines.map((line) => line.size).sort((a, b) => a - b);
  const usual = sizes[Math.floor(sizes.length / 2)]!;
  const headingSizes = [...new Set(sizes.filter((size) => size > usual * HEADING_RATIO))].sort((a, b) => b - a);
  let held: PdfLine[] = [];
  const flush = (): void => {
    const first = held[0];
    if (!first) return;
    const heading = headingSizes.indexOf(first.size);
    const table = held.filter((line) => line.text.includes(' | ')).length > held.length / 2;
    const list = /^(?:[-•–*]|\d+[.)])\s/.test(first.text);
    // Words that were broken at the end of a line are joined; tables and lists keep their lines.
    const text = held.map((line) => line.text).join('\n');
    const flowing = text.replace(/(\p{Ll})-\n(\p{Ll})/gu, '$1$2').replace(/\n/g, ' ');
    if (heading >= 0) builder.add('heading', flowing, { level: Math.min(heading + 1, 6), page: first.page });
    else builder.add(table ? 'table' : list ? 'list' : 'paragraph', table || list ? text : flowing, { page: first.page });
    held = [];
  };
  for (const line of lines) {
    const before = held.at(-1);
    const apart = before && (before.page !== line.page || before.size !== line.size || before.y - line.y > line.size * PARAGRAPH_GAP || before.y < line.y);
    if (apart) flush();
    held.push(line);
  }
  flush();
}
