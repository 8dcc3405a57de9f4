import { analyse } from '../analysis/index.js';
import { headingText } from '../chunk/index.js';
import { splitSentences, type Language } from '../document/index.js';

/** A hit of the search as the answer's writer sees it: numbered, best first. */
export interface PromptSource {
  ordinal: number;
  title: string;
  headingPath: readonly string[];
  text: string;
  language: Language;
}

/** A sentence, list item or table row of a source, with its range in the source's text. */
export interface SourceSentence {
  ordinal: number;
  start: number;
  end: number;
  text: string;
  terms: ReadonlySet<string>;
  /** The words before an enumeration, without which an item means little: "The notice period is:". */
  leadIn?: SourceSentence;
  /** A heading inside the source's text; it is shown, but says nothing by itself. */
  heading?: boolean;
  /** Of a statute: the subsection that the sentence stands in, `2` of "(2)". */
  subsection?: string;
  source: PromptSource;
}

const UNITS_MIN = 3;
const ITEM = /^\s*(?:[-*+•–]\s|\d{1,3}[a-z]?[.)]\s|[a-z]{1,2}\)\s|\|)/u;

/** Cuts a source into its sentences; an item of an enumeration knows the words that it continues. */
export function sentencesOf(source: PromptSource): SourceSentence[] {
  const sentences: SourceSentence[] = [];
  let leadIn: SourceSentence | undefined;
  let subsection: string | undefined;
  for (const { start, end } of splitSentences(source.text, source.language)) {
    const text = source.text.slice(start, end);
    if (text.trim().length < UNITS_MIN) continue;
    const heading = /^#{1,6}\s/u.test(text) || (sentences.length === 0 && isOwnHeading(text, source));
    const item = ITEM.test(text);
    subsection = heading ? undefined : (/^\((\d+[a-z]?)\)/u.exec(text)?.[1] ?? subsection);
    if (heading || (!item && !/^\p{Ll}/u.test(text))) leadIn = undefined;
    const terms = new Set(analyse(text, source.language).map((term) => term.term));
    const sentence: SourceSentence = { ordinal: source.ordinal, start, end, text, terms, source };
    if (leadIn) sentence.leadIn = leadIn;
    if (heading) sentence.heading = true;
    if (subsection !== undefined) sentence.subsection = subsection;
    sentences.push(sentence);
    // The header of a table is to its rows what the opening words are to an enumeration.
    if ((!heading && !item && isOpen(text)) || (leadIn === undefined && text.startsWith('|') && terms.size > 0)) leadIn = sentence;
  }
  return sentences;
}

/** A passage begins with its heading. */
function isOwnHeading(text: string, source: PromptSource): boolean {
  const heading = headingText(text);
  return heading === source.headingPath.at(-1) || heading === source.title;
}

/** Ends in the middle of a thought: the next lines complete it. */
function isOpen(text: string): boolean {
  return /[:,]\s*[*_]*$|[\p{L}]\s*$/u.test(text);
}
