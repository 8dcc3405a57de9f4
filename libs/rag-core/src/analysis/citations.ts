/** A reference to a paragraph or an article of a statute, as it stands in a text. */
export interface StatuteCitation {
  /** `§` or `art`. */
  sign: '§' | 'art';
  /** `626`, `74a`. */
  section: string;
  /** `2` of "Abs. 2". */
  subsection?: string;
  /** As `lawKey` writes it: `bgb`, `sgb9`. */
  law?: string;
  start: number;
  end: number;
}

const SIGN = /§§?|\bArt(?:ikels?|\.)?(?=[\s\u00a0]*\d)/gu;
const SECTION = /[\s\u00a0]*(\d+)(?:[\s\u00a0]?([a-z])(?![\p{L}\p{N}-]))?/uy;
const SUBSECTION = /[\s\u00a0]*(?:Abs(?:\.|atz|ätzen?)?|\()[\s\u00a0]*(\d+[a-z]?)\)?/iuy;
const DETAIL = /[\s\u00a0]*(?:S(?:\.|atz)|Nr\.?|Nummern?|Halbs(?:\.|atz)|Buchst(?:\.|aben?)|lit\.|Alt\.|Var\.|HS)[\s\u00a0]*(?:\d+[a-z]?|[a-z]{1,2}(?!\p{L}))(?:[\s\u00a0]*(?:,|und|oder|bis|u\.)[\s\u00a0]*\d+(?![\s\u00a0]*Abs))*/uy;
const NEXT = /[\s\u00a0]*(?:,|und|oder|bis|u\.|sowie|–|-)[\s\u00a0]*(§*)[\s\u00a0]*(?=\d)/uy;
const LAW = /[\s\u00a0]*(?:(?:des|der|im|vom)[\s\u00a0]+)?((?:\d{1,2}\.[\s\u00a0]?)?\p{Lu}[\p{L}]*\p{Lu}(?:\/\p{L}+)?(?:[\s\u00a0](?:[IVX]+|\d{1,2}(?![.\d])))?)(?![\p{L}])/uy;
const ANY_LAW = /[\s\u00a0]*((?:\d{1,2}\.[\s\u00a0]?)?\p{L}{2,12}(?:[\s\u00a0](?:[ivx]+|\d{1,2}))?)(?![\p{L}])/iuy;

/**
 * Finds statute citations. `lenient` takes any word behind the number for the law's short name, as people type it
 * ("§ 626 bgb frist"); a text of documents is read strictly.
 */
export function findCitations(text: string, lenient = false): StatuteCitation[] {
  const found: StatuteCitation[] = [];
  if (!text.includes('§') && !text.includes('Art')) return found;
  SIGN.lastIndex = 0;
  for (let match = SIGN.exec(text); match; match = SIGN.exec(text)) {
    const sections = readSections(text, match.index, match.index + match[0].length);
    if (sections.length === 0) continue;
    const last = sections[sections.length - 1]!;
    const law = exec(LAW, text, last.end) ?? (lenient ? exec(ANY_LAW, text, last.end) : null);
    const end = law ? last.end + law[0].length : last.end;
    for (const section of sections) found.push({ ...section, ...(law ? { law: lawKey(law[1]!) } : {}), end });
    SIGN.lastIndex = end;
  }
  return found;
}

function readSections(text: string, start: number, from: number): StatuteCitation[] {
  const sign = text[start] === '§' ? '§' : 'art';
  const sections: StatuteCitation[] = [];
  let position = from;
  let fresh = true;
  for (;;) {
    const number = exec(SECTION, text, position);
    if (!number) break;
    position += number[0].length;
    const previous = sections[sections.length - 1];
    if (!fresh && previous?.subsection !== undefined) {
      // "§ 3 Abs. 1 und 2" names a second subsection, not § 2.
      sections.push({ sign, section: previous.section, subsection: number[1]! + (number[2] ?? ''), start, end: position });
    } else {
      const subsection = exec(SUBSECTION, text, position);
      if (subsection) position += subsection[0].length;
      sections.push({ sign, section: number[1]! + (number[2] ?? ''), ...(subsection ? { subsection: subsection[1]! } : {}), start, end: position });
    }
    for (let detail = exec(DETAIL, text, position); detail; detail = exec(DETAIL, text, position)) position += detail[0].length;
    sections[sections.length - 1]!.end = position;
    const next = exec(NEXT, text, position);
    if (!next) break;
    fresh = next[1] !== '';
    position += next[0].length;
  }
  return sections;
}

function exec(pattern: RegExp, text: string, position: number): RegExpExecArray | null {
  pattern.lastIndex = position;
  return pattern.exec(text);
}

const ROMAN: Record<string, number> = { i: 1, ii: 2, iii: 3, iv: 4, v: 5, vi: 6, vii: 7, viii: 8, ix: 9, x: 10, xi: 11, xii: 12, xiv: 14 };

/**
 * One spelling for a law's short name: "SGB III" and "SGB 3" are `sgb3`, "AO 1977" is `ao`.
 *
 * @example lawKey('BDSG 2018') // 'bdsg'
 */
export function lawKey(name: string): string {
  const words = name.normalize('NFC').toLowerCase().trim().split(/[\s\u00a0]+/u);
  if (words.length > 1 && /^(?:18|19|20)\d\d$/u.test(words[words.length - 1]!)) words.pop();
  const last = words[words.length - 1]!;
  if (words.length > 1 && ROMAN[last] !== undefined) words[words.length - 1] = String(ROMAN[last]);
  return words.join('').replace(/[.]/gu, '');
}

/** The index terms of a citation, from the general to the exact. */
export function citationTerms(citation: StatuteCitation, law = citation.law): string[] {
  const section = `${citation.sign}${citation.section}`;
  const terms = [section];
  if (citation.subsection !== undefined) terms.push(`${section}.${citation.subsection}`);
  if (law !== undefined) terms.push(...terms.map((term) => `${term}@${law}`));
  return terms;
}
