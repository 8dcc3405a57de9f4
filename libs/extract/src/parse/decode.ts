import chardet from 'chardet';
import iconv from 'iconv-lite';
import { failure } from './failure.js';

// More of these than this share means binary content under a text file's name.
const REPLACED_SHARE_MAX = 0.01;
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

/** Text of a file: byte order mark, else strict UTF-8, else a guess; line ends become `\n`, control characters go. */
export function decodeText(bytes: Uint8Array): string {
  const raw = decodeBytes(bytes);
  const control = raw.match(CONTROL)?.length ?? 0;
  const replaced = raw.match(/\ufffd/g)?.length ?? 0;
  if (raw.length > 0 && (control + replaced) / raw.length > REPLACED_SHARE_MAX) throw failure('document.unreadable');
  return raw.replace(/\r\n?/g, '\n').replace(CONTROL, '');
}

function decodeBytes(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return iconv.decode(bytes as Buffer, 'utf-16le');
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return iconv.decode(bytes as Buffer, 'utf-16be');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const guess = chardet.detect(bytes) ?? 'windows-1252';
    // ISO-8859-1 as the web means it: the printable superset.
    const encoding = /^(ISO-8859-1|ASCII|UTF-8)$/i.test(guess) || !iconv.encodingExists(guess) ? 'windows-1252' : guess;
    return iconv.decode(Buffer.from(bytes), encoding);
  }
}
