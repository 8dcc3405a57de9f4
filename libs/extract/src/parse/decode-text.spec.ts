import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { decodeText } from './decode-text.js';

const GERMAN = 'Die Kündigung bedarf der Schriftform; das Gehalt beträgt 3.500 € brutto. Für die „Große Lösung“ gilt § 4.';

describe('the encoding of a text', () => {
  for (const encoding of ['utf8', 'utf16le', 'utf-16be', 'windows-1252']) {
    it(`is found for ${encoding} without a mark`, () => expect(decodeText(iconv.encode(GERMAN, encoding))).toBe(GERMAN));
  }

  for (const encoding of ['utf8', 'utf16le', 'utf-16be']) {
    it(`is found for ${encoding} by its mark, which is no part of the text`, () => expect(decodeText(iconv.encode(GERMAN, encoding, { addBOM: true }))).toBe(GERMAN));
  }

  it('is guessed from a short text with one umlaut', () => expect(decodeText(Buffer.from('Gr\xfc\xdfe', 'latin1'))).toBe('Grüße'));

  it('is guessed for another script', () => {
    const russian = 'Трудовой договор может быть расторгнут по соглашению сторон. Отпуск составляет двадцать восемь дней.';
    expect(decodeText(iconv.encode(russian, 'windows-1251'))).toBe(russian);
  });

  it('is the declared one where the bytes are not UTF-8, and UTF-8 where they are', () => {
    expect(decodeText(iconv.encode('Żółć', 'iso-8859-2'), 'iso-8859-2')).toBe('Żółć');
    expect(decodeText(Buffer.from('Grüße'), 'iso-8859-1')).toBe('Grüße');
  });
});

describe('a decoded text', () => {
  it('has one kind of line end and no control characters, but keeps tabs and no-break spaces', () => {
    expect(decodeText(Buffer.from('a\r\nb\rc\fd\u0000\u0007\u001b[1m\te\u00a0f\u0085g'))).toBe('a\nb\nc\nd[1m\te\u00a0f\ng');
  });

  it('is not normalised, so that a quote is found as it was written', () => expect(decodeText(Buffer.from('u\u0308'))).toBe('u\u0308'));
});
