// "Vor- und Nachteile" keeps its hyphen.
const SUSPENDED = /^(?:und|oder|bzw\.?|sowie|wie|bis|and|or|to)\b/;

/** Lines as flowing text: a word that was broken at the end of a line is whole again. */
export function joinLines(lines: readonly string[]): string {
  return lines.reduce((text, line) => {
    if (text === '' || text.endsWith('\u00ad')) return text.replace(/\u00ad$/, '') + line;
    if (/\p{L}[-‐]$/u.test(text)) {
      if (/^\p{Ll}/u.test(line)) return SUSPENDED.test(line) ? `${text} ${line}` : text.slice(0, -1) + line;
      return text + line;
    }
    return /[/–]$/.test(text) && !/\s[/–]$/.test(text) ? text + line : `${text} ${line}`;
  }, '');
}
