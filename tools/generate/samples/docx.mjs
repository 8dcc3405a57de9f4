import { AlignmentType, Document, Footer, HeadingLevel, LevelFormat, Packer, PageNumber, Paragraph, Table, TableCell, TableRow, TextRun, WidthType } from 'docx';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';

import { runsOf } from './source.mjs';

const HEADINGS = { 1: HeadingLevel.HEADING_1, 2: HeadingLevel.HEADING_2, 3: HeadingLevel.HEADING_3 };
const LANGUAGES = { de: 'de-DE', en: 'en-GB' };

/** Sets a parsed source as a Word document with heading styles, numbered lists and tables. */
export async function writeDocx(source) {
  const children = source.blocks.flatMap((block, index) => buildBlock(block, index));
  const orderedLists = source.blocks.flatMap((block, index) => (block.type === 'list' && block.ordered ? [listReference(index)] : []));
  const document = new Document({
    title: source.title,
    creator: 'Viertelschlag Turmuhren GmbH',
    lastModifiedBy: 'Viertelschlag Turmuhren GmbH',
    styles: { default: { document: { run: { font: 'Calibri', size: 22, language: { value: LANGUAGES[source.language] } } } } },
    numbering: { config: orderedLists.map((reference) => ({ reference, levels: [decimalLevel()] })) },
    sections: [{ children, footers: { default: pageFooter(source.title) } }],
  });
  return settle(await Packer.toBuffer(document), source.date);
}

function buildBlock(block, index) {
  switch (block.type) {
    case 'heading':
      return [new Paragraph({ heading: HEADINGS[block.depth], children: textRuns(block.tokens) })];
    case 'paragraph':
      return [new Paragraph({ spacing: { after: 140 }, children: textRuns(block.tokens) })];
    case 'list':
      return block.items.map((item) => buildItem(item, block.ordered, index));
    case 'table':
      return [buildTable(block), new Paragraph({ children: [] })];
    default:
      throw new Error(`The Word writer does not know the block "${block.type}".`);
  }
}

function buildItem(item, ordered, index) {
  const children = item.tokens.flatMap((token) => textRuns(token.tokens));
  return new Paragraph(ordered ? { children, numbering: { reference: listReference(index), level: 0 } } : { children, bullet: { level: 0 } });
}

function buildTable(block) {
  const rows = [block.header, ...block.rows].map(
    (cells, row) =>
      new TableRow({
        // Left out rather than false: readers take the mere element for a header row.
        ...(row === 0 && { tableHeader: true }),
        children: cells.map((cell) => new TableCell({ children: [new Paragraph({ children: textRuns(cell.tokens, row === 0) })] })),
      }),
  );
  return new Table({ rows, width: { size: 100, type: WidthType.PERCENTAGE } });
}

const textRuns = (tokens, bold = false) => runsOf(tokens, bold).map((run) => new TextRun(run));
const listReference = (index) => `list-${index}`;
const decimalLevel = () => ({ level: 0, format: LevelFormat.DECIMAL, text: '%1.', alignment: AlignmentType.START, style: { paragraph: { indent: { left: 720, hanging: 360 } } } });

function pageFooter(title) {
  return new Footer({ children: [new Paragraph({ children: [new TextRun({ children: [`${title} · `, PageNumber.CURRENT] })] })] });
}

/** The library stamps the hour of writing into the file and the archive; both become the source's date, so that bytes repeat. */
function settle(buffer, date) {
  const files = unzipSync(buffer);
  const core = strFromU8(files['docProps/core.xml']).replace(/(<dcterms:(?:created|modified)[^>]*>)[^<]*/g, `$1${date}T08:00:00Z`);
  files['docProps/core.xml'] = strToU8(core);
  // An archive keeps local time without a zone: a local date gives the same bytes everywhere.
  const [year, month, day] = date.split('-').map(Number);
  return Buffer.from(zipSync(files, { level: 9, mtime: new Date(year, month - 1, day, 8) }));
}
