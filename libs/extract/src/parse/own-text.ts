import { documentError } from '../errors.js';
import { decodeText } from './decode-text.js';
import type { Source } from './parser.js';

/** The text of a file that is its own text; one beyond the limit ends here, before lines and blocks are made of it. */
export function ownText({ bytes, limits: { textUnitsMax } }: Source): string {
  const text = decodeText(bytes);
  if (text.length > textUnitsMax) throw documentError('document.too_large', { textUnits: text.length, textUnitsMax });
  return text;
}
