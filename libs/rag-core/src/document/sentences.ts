import type { Language, Range } from './types.js';

// A full stop after these ends no sentence; compared without the stop and in lower case.
const SHORT_GERMAN = new Set(
  `abs art nr ziff buchst lit bzw ca evtl ggf inkl exkl max min mind usw usf vgl sog insb insbes z d h i s u a b o dr prof dipl ing
  hr fr st str tel bl bek vom bgbl rgbl kap abschn anl bd hrsg jan feb mär apr jun jul aug sep sept okt nov dez mio mrd gem rd std
  min tägl monatl jährl zzgl abzgl einschl ausschl entspr grds bspw zb dh ff f rn rz anm verf ver`.split(/\s+/),
);
const SHORT_ENGLISH = new Set(
  `e g i a k mr mrs ms dr prof sr jr st vs etc approx no nos fig figs eq sec ch vol pp p inc ltd co corp dept est jan feb mar apr jun
  jul aug sep sept oct nov dec min max hrs incl excl cf resp al u s`.split(/\s+/),
);

const BOUNDARY = /[.!?…]+["'”’“»)\]*_]*(?=\s|$)|\n[ \t]*\n\s*|\n(?=[ \t]*(?:[-*+•–]|\(?\d{1,3}[a-z]?[.)]|\([a-z0-9]{1,3}\)|[a-z]{1,2}\)|\||#{1,6} |>)[ \t])|(?<=\n[ \t]*\|[^\n]*)\n|(?<=(?:^|\n)#{1,6} [^\n]*)\n/gu;

/**
 * Cuts a text into sentences, list items, table rows and headings, without the white space around them. Lines that were
 * broken inside a sentence stay together.
 *
 * @example splitSentences('Nach § 3 Abs. 2 Satz 1 gilt das. Sonst nicht.', 'de').length // 2
 */
export function splitSentences(text: string, language: Language): Range[] {
  return [...eachSentence(text, language)];
}

/** The same one after the other, for a text whose sentences take long to find. */
export function* eachSentence(text: string, language: Language): Generator<Range, void> {
  let start = 0;
  for (const match of text.matchAll(BOUNDARY)) {
    const end = match.index + match[0].length;
    if (/^[.!?…]/u.test(match[0]) && !endsSentence(text, match.index, end, language)) continue;
    if (continuesRow(text, start, end)) continue;
    yield* trimmed(text, start, end);
    start = end;
  }
  yield* trimmed(text, start, text.length);
}

function endsSentence(text: string, stop: number, end: number, language: Language): boolean {
  if (text[stop] !== '.') return !continuesLower(text, end);
  const before = /[\p{L}\p{N}]+$/u.exec(text.slice(Math.max(0, stop - 24), stop))?.[0] ?? '';
  if (/^\d+$/u.test(before)) return endsAfterNumber(text, stop, end, before, language);
  const word = before.toLowerCase();
  const short = language === 'de' ? SHORT_GERMAN : SHORT_ENGLISH;
  if (short.has(word) || (before.length === 1 && /\p{Lu}/u.test(before))) return false;
  return !continuesLower(text, end);
}

/** "zum 1. Januar", "am 3. Tag" and "Nr. 3. ab" go on, and so does the number of a list item; "in 2024." ends. */
function endsAfterNumber(text: string, stop: number, end: number, digits: string, language: Language): boolean {
  if (opensLine(text, stop - digits.length)) return false;
  if (continuesLower(text, end)) return false;
  if (language === 'en' || digits.length > 2) return true;
  // A German ordinal stands before a capitalised noun, so only a paragraph's end is a sure sign.
  return /^\s*(?:\n[ \t]*\n|$)/u.test(text.slice(end));
}

/** Whether nothing but what opens a list item stands before in the line; it looks no further than that goes. */
function opensLine(text: string, position: number): boolean {
  let at = position;
  while (at > 0 && ' \t>*-'.includes(text[at - 1]!)) at -= 1;
  return at === 0 || text[at - 1] === '\n';
}

/** Statute tables are nested lists: a row opens with two bullets, and each further cell stands in a line of its own. */
function continuesRow(text: string, start: number, end: number): boolean {
  return /^\s*\*[ ]{2,}\*[ ]/u.test(text.slice(start, start + 40)) && /^[ ]{2,}\*[ ]+(?!\*)\S/u.test(text.slice(lineStart(text, end), end + 40));
}

function lineStart(text: string, position: number): number {
  return text.lastIndexOf('\n', position - 1) + 1;
}

function continuesLower(text: string, end: number): boolean {
  return /^[ \t]*\n?[ \t]*[\p{Ll},;:]/u.test(text.slice(end, end + 40));
}

/** The range without the white space around it; nothing where it has no word. */
function trimmed(text: string, from: number, to: number): Range[] {
  let start = from;
  let end = to;
  while (start < end && /\s/u.test(text[start]!)) start += 1;
  while (end > start && /\s/u.test(text[end - 1]!)) end -= 1;
  return /[\p{L}\p{N}]/u.test(text.slice(start, end)) ? [{ start, end }] : [];
}
