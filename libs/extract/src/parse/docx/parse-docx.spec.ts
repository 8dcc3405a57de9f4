import { describe, expect, it } from 'vitest';
import { DEFAULTS } from '../../limits.js';
import { makeDocx, w } from '../../testing/fixtures/make-docx.js';
import { parseDocx } from './parse-docx.js';

const NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';

async function blocksOf(bytes: Buffer): Promise<unknown[]> {
  const { text, blocks } = await parseDocx({ bytes, name: 'a.docx', limits: DEFAULTS });
  return blocks.map(({ kind, level, start, end }) => [level ? `${kind} ${level}` : kind, text.slice(start, end)]);
}

describe('a Word document', () => {
  it('keeps headings, paragraphs, lists and tables', async () => {
    const body = [w.heading(1, 'Vertrag'), w.paragraph('Zwischen A & B.'), w.heading(3, 'Anlage'), w.item('eins'), w.item('zwei'), w.table([['Art', 'Wert'], ['a', '1']])];
    expect(await blocksOf(makeDocx(body))).toEqual([
      ['heading 1', 'Vertrag'],
      ['paragraph', 'Zwischen A & B.'],
      ['heading 3', 'Anlage'],
      ['list', '- eins\n- zwei'],
      ['table', '| Art | Wert |\n| --- | --- |\n| a | 1 |'],
    ]);
  });

  it('knows the German names of styles, which other programs write', async () => {
    const names = ['Titel', 'Überschrift 2'];
    const styles = names.map((name, index) => `<w:style w:type="paragraph" w:styleId="H${index + 1}"><w:name w:val="${name}"/></w:style>`).join('');
    const document = makeDocx([w.heading(1, 'Oben'), w.heading(2, 'Darunter')], [{ name: 'word/styles.xml', data: `<w:styles ${NAMESPACE}>${styles}</w:styles>` }]);
    expect(await blocksOf(document)).toEqual([['heading 1', 'Oben'], ['heading 2', 'Darunter']]);
  });

  it('is without deleted text', async () => {
    const change = '<w:p><w:r><w:t>gilt</w:t></w:r><w:del w:id="1"><w:r><w:delText> nicht</w:delText></w:r></w:del></w:p>';
    expect(await blocksOf(makeDocx([change]))).toEqual([['paragraph', 'gilt']]);
  });
});
