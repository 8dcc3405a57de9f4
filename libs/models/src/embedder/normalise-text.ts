const CONTROL = /[\u0001-\u0008\u000B\u000E-\u001F\u007F\u008F\u009F]/g;
const SPACE = /[\t\n\f\r\u00A0\u1680\u2000-\u200F\u2028\u2029\u202F\u205F\u2581\u3000\uFEFF\uFFFD]/g;
const WIDE_TILDE = '\uFF5E';

/**
 * The text as the model was trained on it: control characters go, every kind of space is one space, and characters
 * take their compatibility form. The wide tilde keeps its own: the model knows it as a character.
 */
export function normaliseText(text: string): string {
  const plain = text.replace(CONTROL, '').replace(SPACE, ' ');
  const parts = plain.split(WIDE_TILDE).map((part) => part.normalize('NFKC'));
  return parts.join(WIDE_TILDE).replace(/ {2,}/g, ' ');
}
