import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { FORMATS } from '../formats.js';
import { DEFAULTS, type DocumentLimits } from '../limits.js';
import { makeCompoundFile } from '../testing/fixtures/make-compound-file.js';
import { makeDocx, w } from '../testing/fixtures/make-docx.js';
import { makePdf } from '../testing/fixtures/make-pdf.js';
import { makeZip } from '../testing/fixtures/make-zip.js';
import { samples } from '../testing/fixtures/samples.js';
import { parseFile } from './parse-file.js';

type Bytes = Uint8Array | string;
const parse = (bytes: Bytes, name: string, limits: Partial<DocumentLimits> = {}) => parseFile({ bytes: Buffer.from(bytes), name, limits: { ...DEFAULTS, ...limits } });

/** One case: the file's name, its content and what becomes of it. */
function fails(code: string, name: string, make: () => Bytes | Promise<Bytes>, details: object = {}, limits: Partial<DocumentLimits> = {}): void {
  it(`${name}: ${code}`, async () => {
    await expect(parse(await make(), name, limits)).rejects.toMatchObject({ name: 'AppError', code: `document.${code}`, retry: 'never', details });
  });
}

const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex');
const sample = async (name: string) => Buffer.from(await samples[name]!());

describe('a file without text', () => {
  fails('empty', 'nothing.md', () => '');
  fails('empty', 'blank.txt', () => ' \n\t\r\n\u00a0\ufeff');
  fails('empty', 'only-front-matter.md', () => '---\ntitle: Nichts\n---\n');
  fails('empty', 'only-scripts.html', () => '<html><body><script>1</script><nav>Start</nav><p hidden>x</p></body></html>');
  fails('empty', 'blank.docx', () => makeDocx([w.paragraph(' ')]));
  fails('no_text', 'scan.pdf', () => makePdf((pdf) => pdf.rect(10, 10, 100, 100).fill('black')), { pages: 1 });
});

describe('a file whose end is missing', () => {
  fails('truncated', 'cut.pdf', async () => (await sample('reisen.pdf')).subarray(0, -40));
  fails('truncated', 'cut.docx', async () => (await sample('reisen.docx')).subarray(0, -60));
  fails('truncated', 'cut-in-a-character.md', () => Buffer.from('Größe und Höhe').subarray(0, 14), { sizeBytes: 14 });
});

describe('a protected file', () => {
  fails('encrypted', 'locked.pdf', () => makePdf((pdf) => pdf.text('geheim'), { userPassword: 'x', ownerPassword: 'y' }));
  fails('encrypted', 'locked.docx', () => makeCompoundFile('EncryptedPackage'));
  fails('encrypted', 'locked-parts.docx', () => makeDocx([], [{ name: 'word/document.xml', data: 'x', encrypted: true }]));
});

describe('a type that is not read', () => {
  fails('unsupported', 'image.png', () => PNG);
  fails('unsupported', 'table.xlsx', () => makeZip([{ name: 'xl/workbook.xml', data: '<workbook/>' }]));
  fails('unsupported', 'old.doc', () => makeCompoundFile('WordDocument'));
  fails('unsupported', 'data.csv', () => 'a;b\n1;2\n');
  fails('wrong_type', 'image.pdf', () => PNG);
  fails('wrong_type', 'table.docx', () => makeZip([{ name: 'xl/workbook.xml', data: '<workbook/>' }]));
  fails('wrong_type', 'old.docx', () => makeCompoundFile('WordDocument'));
});

describe('a file that is none', () => {
  const noise = Buffer.from(deflateSync(Buffer.from(Array.from({ length: 4_000 }, (_, index) => `${index * 7_919} `).join(''))));
  fails('unreadable', 'noise.txt', () => noise.subarray(10));
  fails('unreadable', 'noise.pdf', () => noise.subarray(10));
  fails('unreadable', 'noise.docx', () => Buffer.concat([Buffer.from('PK\u0003\u0004'), noise, Buffer.from('PK\u0005\u0006'), Buffer.alloc(18, 0xff)]));
  fails('unreadable', 'hollow.pdf', () => '%PDF-1.7\nnichts\n%%EOF\n');
  fails('unreadable', 'broken-parts.docx', () => makeDocx([], [{ name: 'word/document.xml', data: '<w:document' }]));
});

describe('an archive that is a trap', () => {
  const zeros = Buffer.alloc(17_000_000);
  fails('zip_bomb', 'dense.docx', () => makeDocx([], [{ name: 'word/document.xml', data: zeros }]));
  fails('zip_bomb', 'dense.zip', () => makeZip([{ name: 'a', data: zeros }]));
  fails('zip_bomb', 'claims-too-much.docx', () => makeDocx([], [{ name: 'word/media/a.png', data: 'x', claimedBytes: 2 ** 31 }]), { unpackedBytesMax: 2 ** 28 });
  fails('zip_bomb', 'claims-too-little.docx', () => makeDocx([], [{ name: 'word/document.xml', data: zeros, claimedBytes: 100 }]));
  fails('zip_bomb', 'many.docx', () => makeDocx([], Array.from({ length: 10_000 }, (_, index) => ({ name: `word/${index}`, data: '' }))), { entriesMax: 10_000 });
});

describe('a file beyond the limits', () => {
  fails('too_large', 'pages.pdf', () => makePdf((pdf) => void pdf.text('eins').addPage().text('zwei').addPage().text('drei')), { pages: 3, pagesMax: 2 }, { pagesMax: 2 });
  for (const name of Object.keys(samples)) fails('too_large', name, () => sample(name), { textUnitsMax: 100 }, { textUnitsMax: 100 });
  fails('too_complex', 'deep.html', () => '<div>'.repeat(5_000), { depthMax: 512 });
});

describe('a misnamed file', () => {
  const misnamed: [string, string, keyof typeof FORMATS][] = [
    ['reisen.pdf', 'reisen.md', 'pdf'],
    ['reisen.pdf', 'reisen', 'pdf'],
    ['reisen.docx', 'reisen.pdf', 'docx'],
    ['reisen.html', 'reisen.docx', 'html'],
    ['reisen.html', 'reisen.xyz', 'html'],
    ['reisen.txt', 'reisen.pdf', 'text'],
    ['reisen.txt', 'README', 'text'],
  ];
  for (const [original, name, format] of misnamed) {
    it(`is read as what it is: ${original} named ${name}`, async () => {
      const read = await parse(await sample(original), name);
      expect(read.mediaType).toBe(FORMATS[format].mediaType);
      expect({ ...read, mediaType: '' }).toEqual({ ...(await parse(await sample(original), original)), mediaType: '' });
    });
  }

  it('stays Markdown when it talks about PDF', async () => {
    expect((await parse('Ein PDF beginnt mit %PDF-1.7 und endet mit %%EOF.', 'pdf.md')).mediaType).toBe('text/markdown');
  });
});
