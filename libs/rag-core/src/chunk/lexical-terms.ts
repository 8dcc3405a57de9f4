import { analyse } from '../analysis/index.js';
import type { ExtractedDocument } from '../document/index.js';
import { isStatuteHeading, lawOf, shortName } from './law.js';
import type { Chunk } from './types.js';

const OWN_HEADING_COUNTS = 2;

/**
 * The terms that a chunk is indexed by, repeated as often as they count: the text once, its own heading again, the
 * headings above, the title and the statute's short name. For a paragraph of a statute its citation stands among them
 * with the law (`§626@bgb`), and so do its subsections (`§626.2@bgb`).
 */
export function lexicalTerms(chunk: Chunk, document: ExtractedDocument, law = lawOf(document)): string[] {
  const { language } = chunk;
  const terms = analyse(chunk.text, language).map((term) => term.term);
  const add = (text: string, times = 1, ownLaw?: string) => {
    const found = analyse(text, language, ownLaw === undefined ? {} : { law: ownLaw }).map((term) => term.term);
    for (let i = 0; i < times; i += 1) terms.push(...found);
  };
  const own = chunk.headingPath[chunk.headingPath.length - 1];
  for (const heading of chunk.headingPath) add(heading, heading === own ? OWN_HEADING_COUNTS : 1, heading === own && isStatuteHeading(heading) ? law : undefined);
  add(document.title);
  add(chunk.leadIn);
  const short = shortName(document);
  if (short !== undefined && law !== undefined) terms.push(...analyse(short, language).map((term) => term.term), law);
  if (own !== undefined && law !== undefined && isStatuteHeading(own)) terms.push(...subsectionTerms(chunk, own, law));
  return terms;
}

function subsectionTerms(chunk: Chunk, heading: string, law: string): string[] {
  const sign = heading.includes('§') ? '§' : 'art';
  const section = /\d+[\s\u00a0]?[a-z]?(?!\p{L})/u.exec(heading)?.[0].replace(/\s/gu, '');
  if (section === undefined) return [];
  const numbers = [...`${chunk.leadIn}\n${chunk.text}`.matchAll(/^\((\d+[a-z]?)\)/gmu)].map((match) => match[1]!);
  return [...new Set(numbers)].flatMap((number) => [`${sign}${section}.${number}`, `${sign}${section}.${number}@${law}`]);
}
