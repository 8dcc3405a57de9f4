// All of C0 and C1 but tab and line feed, and DEL. PostgreSQL stores no NUL, and the others show as nothing or as boxes.
export const CONTROL_CHARACTERS = /[\u0000-\u0008\u000e-\u001f\u007f-\u009f]/g;

/**
 * Text as it is stored: one kind of line end, no control characters, no halves of surrogate pairs.
 * Ranges count this text, so it is cleaned before anything is measured. Not normalised otherwise: quotes stay exact.
 */
export function cleanText(text: string): string {
  return text.replace(/^\ufeff/u, '').replace(/\r\n?|[\u000b\f\u0085]/g, '\n').replace(CONTROL_CHARACTERS, '').toWellFormed();
}
