/**
 * A run of text with one look. `text` stands in the source from `start` on, letter by letter,
 * so that a citation's range in the answer can be found again in what is shown.
 */
export interface Inline {
  text: string;
  start: number;
  strong: boolean;
  emphasis: boolean;
  code: boolean;
  href: string | null;
}

/** How a stretch of the source is taken apart: as Markdown, or as the plain text that it is. */
export type ReadInline = (source: string, from: number, to: number) => Inline[];

type Look = Omit<Inline, 'text' | 'start'>;
export const PLAIN: Look = { strong: false, emphasis: false, code: false, href: null };

// An address may hold one pair of brackets, as those of encyclopaedias do.
const LINK = /(!?)\[([^\]\n]{1,300})\]\(((?:[^()\s]|\([^()\s]*\)){1,2000})\)/y;
const ESCAPE = /\\[!-/:-@[-`{-~]/y;

/** A stretch of a text that is no Markdown, but for the pipes that its tables escape. */
export function plainInline(source: string, from: number, to: number): Inline[] {
  const found: Inline[] = [];
  let start = from;
  for (let at = source.indexOf('\\|', from); at >= 0 && at < to; at = source.indexOf('\\|', at + 2)) {
    if (at > start) found.push({ ...PLAIN, text: source.slice(start, at), start });
    start = at + 1;
  }
  if (to > start) found.push({ ...PLAIN, text: source.slice(start, to), start });
  return found;
}

/** Takes the stretch `from`..`to` of the source apart. What is opened and never closed runs to the end of the stretch. */
export function parseInline(source: string, from: number, to: number, look: Look = PLAIN): Inline[] {
  const found: Inline[] = [];
  let textFrom = from;
  const flush = (end: number) => {
    if (end > textFrom) found.push({ text: source.slice(textFrom, end), start: textFrom, ...look });
  };
  let at = from;
  while (at < to) {
    const marked = parseMarked(source, at, to, look);
    if (marked === null) {
      at += 1;
      continue;
    }
    flush(at);
    found.push(...marked.inlines);
    at = marked.end;
    textFrom = marked.textFrom;
  }
  flush(to);
  return found;
}

interface Marked {
  inlines: Inline[];
  /** Where to go on reading. */
  end: number;
  /** Where the next plain text begins: before `end` for a letter that an escape keeps plain. */
  textFrom: number;
}

function parseMarked(source: string, at: number, to: number, look: Look): Marked | null {
  const character = source[at];
  if (character === '\\') return matchAt(ESCAPE, source, at, to) ? { inlines: [], end: at + 2, textFrom: at + 1 } : null;
  if (character === '`') return parseCode(source, at, to, look);
  if (character === '*') return source[at + 1] === '*' ? parseStrong(source, at, to, look) : parseEmphasis(source, at, to, look);
  return character === '[' || character === '!' ? parseLink(source, at, to, look) : null;
}

function parseCode(source: string, at: number, to: number, look: Look): Marked {
  const close = indexWithin(source, '`', at + 1, to);
  const end = close < 0 ? to : close;
  const inlines = end > at + 1 ? [{ ...look, text: source.slice(at + 1, end), start: at + 1, code: true }] : [];
  return done(inlines, close < 0 ? to : close + 1);
}

function parseStrong(source: string, at: number, to: number, look: Look): Marked | null {
  if (look.strong || /\s/.test(source[at + 2] ?? '')) return null;
  const close = indexWithin(source, '**', at + 2, to);
  const inlines = parseInline(source, at + 2, close < 0 ? to : close, { ...look, strong: true });
  return done(inlines, close < 0 ? to : close + 2);
}

function parseEmphasis(source: string, at: number, to: number, look: Look): Marked | null {
  const close = indexWithin(source, '*', at + 1, to);
  // Unlike the other marks a lone star is common in plain text ("3 * 4"), so this one has to be closed.
  if (look.emphasis || close <= at + 1 || /\s/.test(source[at + 1]!) || /\s/.test(source[close - 1]!)) return null;
  return done(parseInline(source, at + 1, close, { ...look, emphasis: true }), close + 1);
}

function parseLink(source: string, at: number, to: number, look: Look): Marked | null {
  const match = matchAt(LINK, source, at, to);
  if (match === null) return null;
  const [whole, image, label, target] = match as unknown as [string, string, string, string];
  // An image is never loaded: its address could carry away what the answer says.
  const href = image === '' ? safeHref(target) : null;
  return done([{ ...look, text: label, start: at + image.length + 1, href }], at + whole.length);
}

function safeHref(target: string): string | null {
  const url = URL.parse(target);
  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:') ? url.href : null;
}

const done = (inlines: Inline[], end: number): Marked => ({ inlines, end, textFrom: end });

function indexWithin(source: string, mark: string, from: number, to: number): number {
  const index = source.indexOf(mark, from);
  return index < 0 || index + mark.length > to ? -1 : index;
}

function matchAt(pattern: RegExp, source: string, at: number, to: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  const match = pattern.exec(source);
  return match !== null && at + match[0].length <= to ? match : null;
}
