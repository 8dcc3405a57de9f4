import { describe, expect, it } from 'vitest';
import { DEFAULTS } from '../../limits.js';
import { makePdf } from '../../testing/fixtures/make-pdf.js';
import { parsePdf } from './parse-pdf.js';

type Draw = (pdf: PDFKit.PDFDocument) => void;
const SENTENCE = 'Die Beschäftigten haben Anspruch auf Erstattung der notwendigen Aufwendungen, soweit diese nachgewiesen werden.';

async function parse(draw: Draw, options: PDFKit.PDFDocumentOptions = {}) {
  const parsed = await parsePdf({ bytes: await makePdf(draw, options), name: 'a.pdf', limits: DEFAULTS });
  return { ...parsed, seen: parsed.blocks.map(({ kind, level, page, start, end }) => `${page} ${kind}${level ?? ''}: ${parsed.text.slice(start, end)}`) };
}

describe('the text of a PDF', () => {
  it('flows over lines, and a gap parts its paragraphs', async () => {
    const { seen } = await parse((pdf) => pdf.text(`${SENTENCE} ${SENTENCE}`, { width: 200 }).moveDown().text(SENTENCE, { width: 200, align: 'justify' }));
    expect(seen).toEqual([`1 paragraph: ${SENTENCE} ${SENTENCE}`, `1 paragraph: ${SENTENCE}`]);
  });

  it('is read column by column', async () => {
    const { seen } = await parse((pdf) => pdf.text(SENTENCE.replace('Anspruch', 'links'), { columns: 2, height: 60 }).text(''));
    expect(seen).toEqual([`1 paragraph: ${SENTENCE.replace('Anspruch', 'links')}`]);
  });

  it('goes on over the end of a page, whose number its blocks carry', async () => {
    const { seen } = await parse((pdf) => pdf.text('Der Anspruch auf Erstattung verfällt nach drei').addPage().text('Monaten, wenn er nicht geltend gemacht wird.').moveDown().text('Zweiter Absatz.'));
    expect(seen).toEqual(['1 paragraph: Der Anspruch auf Erstattung verfällt nach drei Monaten, wenn er nicht geltend gemacht wird.', '2 paragraph: Zweiter Absatz.']);
  });

  it('is without what stands across the page', async () => {
    const { seen } = await parse((pdf) => pdf.text(SENTENCE).rotate(45, { origin: [200, 400] }).fontSize(60).text('ENTWURF', 100, 400));
    expect(seen).toEqual([`1 paragraph: ${SENTENCE}`]);
  });

  it('is without headers, footers and page numbers, on even a few pages', async () => {
    const { seen } = await parse(
      (pdf) => {
        for (const number of [1, 2, 3]) {
          if (number > 1) pdf.addPage();
          pdf.fontSize(9).text('Nordwind GmbH – vertraulich', 72, 30, { lineBreak: false }).text(`Seite ${number} von 3`, 250, 800, { lineBreak: false });
          pdf.fontSize(11).text(`Absatz ${['eins', 'zwei', 'drei'][number - 1]}.`, 72, 100);
        }
      },
      { margins: { top: 72, left: 72, right: 72, bottom: 20 } },
    );
    expect(seen).toEqual(['1 paragraph: Absatz eins.', '2 paragraph: Absatz zwei.', '3 paragraph: Absatz drei.']);
  });
});

describe('the headings of a PDF', () => {
  it('are told by their size', async () => {
    const { seen, title } = await parse((pdf) => {
      pdf.fontSize(22).text('Reisen').fontSize(15).text('Ein Titel, der so lang ist, dass er erst in der zweiten Zeile endet').fontSize(11).text(SENTENCE);
    });
    expect(seen).toEqual(['1 heading1: Reisen', '1 heading2: Ein Titel, der so lang ist, dass er erst in der zweiten Zeile endet', `1 paragraph: ${SENTENCE}`]);
    expect(title).toBe('Reisen');
  });

  it('are told by their number where the size is that of the text', async () => {
    const { seen } = await parse((pdf) => pdf.text('§ 1 Gegenstand').text(SENTENCE).moveDown().text('2.1 Ausnahmen').moveDown().text(SENTENCE));
    expect(seen).toEqual(['1 heading1: § 1 Gegenstand', `1 paragraph: ${SENTENCE}`, '1 heading2: 2.1 Ausnahmen', `1 paragraph: ${SENTENCE}`]);
  });

  it('are those that the file itself marks, if it does', async () => {
    const { seen } = await parse(
      (pdf) => {
        const root = pdf.struct('Document');
        pdf.addStructure(root);
        root.add(pdf.struct('H1', {}, () => void pdf.fontSize(11).text('Kleiner Titel')));
        root.add(pdf.struct('P', {}, () => void pdf.fontSize(18).text('Große Zeile.').fontSize(11)));
        root.add(pdf.struct('P', {}, () => void pdf.text(SENTENCE)));
        root.end();
      },
      { tagged: true, pdfVersion: '1.5' },
    );
    expect(seen).toEqual(['1 heading1: Kleiner Titel', '1 paragraph: Große Zeile.', `1 paragraph: ${SENTENCE}`]);
  });

  it('give no title where there are none, but the stated one does unless a program put it in', async () => {
    const titled = (Title: string) => parse((pdf) => pdf.text(SENTENCE), { info: { Title } });
    expect((await titled('Reiserichtlinie')).title).toBe('Reiserichtlinie');
    expect((await titled('Microsoft Word - Reise.docx')).title).toBeUndefined();
  });
});

describe('lists and tables of a PDF', () => {
  it('has items on lines of their own, wrapped ones included', async () => {
    const { seen } = await parse((pdf) => pdf.text(`• ${SENTENCE}`, { width: 300 }).text('• zwei').moveDown().text('Danach.').moveDown().text('1. eins').text('2. zwei'));
    expect(seen).toEqual([`1 list: - ${SENTENCE}\n- zwei`, '1 paragraph: Danach.', '1 list: 1. eins\n2. zwei']);
  });

  it('has rows of cells, wrapped and empty ones included', async () => {
    const { seen } = await parse((pdf) => {
      const row = (cells: string[]) => {
        const { y } = pdf;
        let bottom = y;
        cells.forEach((cell, column) => {
          pdf.text(cell, 72 + column * 130, y, { width: 110 });
          bottom = Math.max(bottom, pdf.y);
        });
        pdf.y = bottom + 8;
      };
      row(['Art der Reise', 'Satz', 'Wer zustimmt']);
      row(['Inland', '28 €', 'die Führungskraft der Abteilung']);
      row(['Ausland mit mehr als einer Nacht', '53 €', '']);
      pdf.x = 72;
      pdf.moveDown().text(SENTENCE);
    });
    expect(seen).toEqual([
      '1 table: | Art der Reise | Satz | Wer zustimmt |\n| --- | --- | --- |\n| Inland | 28 € | die Führungskraft der Abteilung |\n| Ausland mit mehr als einer Nacht | 53 € |  |',
      `1 paragraph: ${SENTENCE}`,
    ]);
  });

  it('sees no table in justified prose', async () => {
    const { seen } = await parse((pdf) => pdf.text(`${SENTENCE} ${SENTENCE} Bundesausbildungsförderungsgesetz ${SENTENCE}`, { width: 130, align: 'justify' }));
    expect(seen.filter((block) => block.includes('table'))).toEqual([]);
  });
});
