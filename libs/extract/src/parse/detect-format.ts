import { fileTypeFromBuffer } from 'file-type';
import { documentError } from '../errors.js';
import { formatOfName, type Format } from '../formats.js';
import { openZip } from './docx/open-zip.js';
import type { Source } from './parser.js';

const HEAD_BYTES = 4_100;
// The header may stand behind other bytes; then the name must agree, since any text can talk about PDF.
const PDF_HEADER_WITHIN_BYTES = 1_024;
const COMPOUND_FILE = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

/** The content decides; the name only tells kinds of text apart. A misnamed file is read as what it is. */
export async function detectFormat({ bytes, name }: Source): Promise<Format> {
  const named = formatOfName(name);
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, HEAD_BYTES));
  const pdfAt = head.subarray(0, PDF_HEADER_WITHIN_BYTES).indexOf('%PDF-');
  if (pdfAt === 0 || (pdfAt > 0 && named === 'pdf')) return 'pdf';
  const unknown = documentError(named ? 'document.wrong_type' : 'document.unsupported');
  if (head.subarray(0, 2).toString('latin1') === 'PK' && /^PK(\x03\x04|\x05\x06|\x07\x08)/.test(head.toString('latin1'))) {
    const entries = await openZip(bytes);
    if (entries.some(({ fileName }) => fileName.startsWith('word/'))) return 'docx';
    throw unknown;
  }
  if (COMPOUND_FILE.every((byte, index) => head[index] === byte)) {
    // Office wraps an encrypted document in the container of its old formats.
    throw Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(Buffer.from('EncryptedPackage', 'utf16le')) ? documentError('document.encrypted') : unknown;
  }
  if (/^(\ufeff|\s|<\?xml[^>]*>|<!--[\s\S]*?-->)*<(!doctype\s+html|html)\b/i.test(head.toString('utf8'))) return 'html';
  const known = await fileTypeFromBuffer(head);
  if (known && known.mime !== 'application/xml') throw unknown;
  return asText(named);
}

function asText(named: Format | undefined | null): Format {
  if (named === undefined) throw documentError('document.unsupported');
  return named === 'markdown' || named === 'html' ? named : 'text';
}
