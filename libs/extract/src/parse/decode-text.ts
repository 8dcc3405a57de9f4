import { analyse } from 'chardet';
import iconv from 'iconv-lite';
import { documentError } from '../errors.js';
import { cleanText, CONTROL_CHARACTERS } from './clean-text.js';

// Above these shares of characters that no text has, the bytes are something else. A guessed encoding is trusted less.
const STRANGE_SHARE_MAX = 0.3;
const STRANGE_SHARE_OF_GUESS_MAX = 0.02;
const SAMPLE_BYTES = 65_536;
const CONFIDENCE_MIN = 20;

/**
 * The text of a file: byte order mark, else strict UTF-8, else what the file declares, else a guess.
 *
 * @param declared the encoding that the file itself names, if it does
 */
export function decodeText(bytes: Uint8Array, declared?: string): string {
  const marked = markedEncoding(bytes);
  const utf8 = marked ? undefined : strictUtf8(bytes);
  const raw = utf8 ?? iconv.decode(bytes, marked ?? usable(declared) ?? guess(bytes));
  const strange = (raw.match(CONTROL_CHARACTERS)?.length ?? 0) + (raw.match(/\ufffd/g)?.length ?? 0);
  const shareMax = utf8 === undefined && !marked ? STRANGE_SHARE_OF_GUESS_MAX : STRANGE_SHARE_MAX;
  if (strange > raw.length * shareMax) throw documentError('document.unreadable', { strangeCharacters: strange });
  return cleanText(raw);
}

function markedEncoding(bytes: Uint8Array): string | undefined {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  return utf16WithoutMark(bytes);
}

/** Western text in UTF-16 has a zero in every other byte, which no other encoding has. */
function utf16WithoutMark(bytes: Uint8Array): string | undefined {
  const sample = bytes.subarray(0, 1_024);
  if (sample.length < 4) return undefined;
  const zeros = [0, 0];
  for (let at = 0; at < sample.length; at += 1) if (sample[at] === 0) zeros[at % 2]! += 1;
  const [even, odd] = zeros.map((count) => count / (sample.length / 2)) as [number, number];
  if (odd > 0.7 && even < 0.1) return 'utf-16le';
  return even > 0.7 && odd < 0.1 ? 'utf-16be' : undefined;
}

function strictUtf8(bytes: Uint8Array): string | undefined {
  const decode = (part: Uint8Array): string | undefined => {
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(part);
    } catch {
      return undefined;
    }
  };
  const whole = decode(bytes);
  if (whole !== undefined) return whole;
  // A file cut within a character is UTF-8 up to there. Plain ASCII up to there proves nothing.
  const cut = bytes.findLastIndex((byte) => byte >= 0xc0);
  const rest = bytes.length - cut < 4 ? decode(bytes.subarray(0, cut)) : undefined;
  if (rest !== undefined && rest.length < cut) throw documentError('document.truncated', { sizeBytes: bytes.length });
  return undefined;
}

function usable(encoding: string | undefined): string | undefined {
  // It was just shown not to be UTF-8, whatever it says.
  return encoding !== undefined && !/^utf-?8$/i.test(encoding) && iconv.encodingExists(encoding) ? encoding : undefined;
}

function guess(bytes: Uint8Array): string {
  const first = bytes.findIndex((byte) => byte >= 0x80);
  const start = Math.max(0, first - SAMPLE_BYTES / 2);
  const best = analyse(bytes.subarray(start, start + SAMPLE_BYTES)).find(({ name }) => iconv.encodingExists(name) && !/^(utf-|ascii)/i.test(name));
  // Few letters tell little, and most old files here are Western. What calls itself Latin-1 is nearly always its
  // superset, with the euro sign and the quotation marks.
  return !best || best.confidence < CONFIDENCE_MIN || /^iso-8859-1$/i.test(best.name) ? 'windows-1252' : best.name;
}
