import PDFDocument from 'pdfkit';

import { plainText, runsOf } from './source.mjs';

const WINDOWS_1252 = /^[\n -~\u00a0-\u00ff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]$/u;
const MARGIN = 64;
const BODY = { font: 'Helvetica', size: 10 };
const HEADINGS = { 1: 16.5, 2: 14, 3: 12 };
const PAGE_WORDS = { de: (page, pages) => `Seite ${page} von ${pages}`, en: (page, pages) => `Page ${page} of ${pages}` };

/** Sets a parsed source as a PDF; the same source gives the same bytes, because the file's identity comes from its date. */
export async function writePdf(source) {
  refuseUnknownLetters(source);
  const document = new PDFDocument({
    size: 'A4',
    margin: MARGIN,
    bufferPages: true,
    lang: source.language,
    info: { Title: source.title, Author: 'Viertelschlag Turmuhren GmbH', CreationDate: new Date(`${source.date}T08:00:00Z`) },
  });
  const chunks = [];
  document.on('data', (chunk) => chunks.push(chunk));
  const ended = new Promise((resolve, reject) => document.on('end', resolve).on('error', reject));
  for (const block of source.blocks) drawBlock(document, block);
  numberPages(document, source);
  document.end();
  await ended;
  return Buffer.concat(chunks);
}

/** The standard fonts of a PDF hold the letters of Windows-1252 and would drop any other without a word. */
function refuseUnknownLetters({ title, blocks }) {
  const strange = [title, ...blocks.map((block) => block.raw)].join('').match(/./gsu).find((letter) => !WINDOWS_1252.test(letter));
  if (strange) throw new Error(`${title}: a PDF cannot show the letter "${strange}"; write it another way or make it a Word document.`);
}

function drawBlock(document, block) {
  switch (block.type) {
    case 'heading':
      return drawHeading(document, block);
    case 'paragraph':
      drawRuns(document, runsOf(block.tokens));
      return document.moveDown(0.6);
    case 'list':
      return drawList(document, block);
    case 'table':
      return drawTable(document, block);
    default:
      throw new Error(`The PDF writer does not know the block "${block.type}".`);
  }
}

function drawHeading(document, block) {
  // A heading alone at the foot of a page belongs to the next one.
  if (document.y > document.page.height - MARGIN - 80) document.addPage();
  if (block.depth > 1) document.moveDown(0.4);
  document.font('Helvetica-Bold').fontSize(HEADINGS[block.depth] ?? BODY.size).text(plainText(block.tokens));
  document.moveDown(0.4);
}

function drawRuns(document, runs, options = {}) {
  document.fontSize(BODY.size);
  runs.forEach((run, index) => {
    document.font(run.bold ? 'Helvetica-Bold' : BODY.font).text(run.text, { lineGap: 2, ...options, continued: index < runs.length - 1 });
  });
}

function drawList(document, block) {
  block.items.forEach((item, index) => {
    const mark = block.ordered ? `${Number(block.start) + index}.` : '•';
    const runs = item.tokens.flatMap((token) => runsOf(token.tokens));
    drawRuns(document, [{ text: `${mark} `, bold: false }, ...runs], { indent: 0 });
    document.moveDown(0.2);
  });
  document.moveDown(0.4);
}

function drawTable(document, block) {
  const rows = [block.header, ...block.rows].map((row) => row.map((cell) => plainText(cell.tokens)));
  document.font(BODY.font).fontSize(BODY.size - 1);
  document.table({
    data: rows,
    defaultStyle: { border: 0.5, borderColor: '#999999', padding: 4 },
    rowStyles: (row) => (row === 0 ? { backgroundColor: '#eeeeee', font: { src: 'Helvetica-Bold' } } : {}),
  });
  document.x = MARGIN;
  document.moveDown(0.8);
}

function numberPages(document, source) {
  const { count } = document.bufferedPageRange();
  for (let page = 0; page < count; page += 1) {
    document.switchToPage(page);
    // Text below the bottom margin would start a new page; the footer lies there on purpose.
    document.page.margins.bottom = 0;
    const line = `${source.title} · ${PAGE_WORDS[source.language](page + 1, count)}`;
    document.font(BODY.font).fontSize(8).text(line, MARGIN, document.page.height - 40, { lineBreak: false });
  }
}
