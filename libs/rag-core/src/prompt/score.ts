import { analyse, type StatuteCitation } from '../analysis/index.js';
import { groupWeight, type HeldTerms } from './group-weight.js';
import { ownParagraph } from './own-paragraph.js';
import type { QuestionTerms } from './question-terms.js';
import type { PromptSource, SourceSentence } from './sentences.js';

export interface ScoreOptions extends QuestionTerms {
  /** Cosine of a sentence with the question, where an embedder is there. */
  similarity?: (sentence: SourceSentence) => number;
}

/** One table, so that measuring on other documents changes these figures and nothing else. */
export const SENTENCE_TABLE = {
  /** Share of a match that stands in the words before an enumeration, or in the headings above. */
  leadIn: 0.6,
  heading: 0.5,
  neighbour: 0.3,
  rankDamping: 0.08,
  number: 0.3,
  /** The section that the question cites, and the subsection. */
  citedSection: 1,
  citedSubsection: 0.3,
  likenessNone: 0.76,
  likenessRange: 0.14,
  likeness: 1,
};

const NUMBER = /\d|\b(?:zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|two|three|four|five|six|seven|eight|nine|ten|twelve|hälfte|half|drittel|third|täglich|jährlich|monatlich|wöchentlich|daily|weekly|monthly|annual\w*|yearly|ein(?:e[mnrs]?)? (?:tag|woche|monat|jahr)\w*|one (?:day|week|month|year)|once|twice|einmal)\b/iu;

/** Scores sentences by the question's words and their likeness to it, by their surroundings and their source's place. */
export function scoreSentences(sources: readonly PromptSource[], sentences: readonly SourceSentence[], options: ScoreOptions): number[] {
  const places = new Map(sources.map((source, place) => [source.ordinal, place]));
  const headings = new Map(sources.map((source) => [source.ordinal, termsOfHeadings(source)]));
  const total = groupWeight(options) || 1;
  const own = sentences.map((sentence) => {
    if (sentence.heading) return 0;
    const words = groupWeight(options, heldBy(sentence, headings.get(sentence.ordinal)!)) / total;
    const cosine = options.similarity?.(sentence) ?? 0;
    const likeness = Math.max(0, Math.min(1, (cosine - SENTENCE_TABLE.likenessNone) / SENTENCE_TABLE.likenessRange));
    const number = options.expectsNumber && NUMBER.test(sentence.text) ? SENTENCE_TABLE.number : 0;
    const cited = citedBonus(sentence, options.citations ?? []);
    return (words + SENTENCE_TABLE.likeness * likeness + number + cited) / (1 + SENTENCE_TABLE.rankDamping * places.get(sentence.ordinal)!);
  });
  return own.map((score, index) => {
    if (sentences[index]!.heading) return 0;
    const near = [index - 1, index + 1].filter((other) => sentences[other]?.ordinal === sentences[index]!.ordinal);
    return score + SENTENCE_TABLE.neighbour * Math.max(0, ...near.map((other) => own[other]!));
  });
}

function termsOfHeadings(source: PromptSource): Set<string> {
  return new Set([source.title, ...source.headingPath.slice(-2)].flatMap((heading) => analyse(heading, source.language).map((term) => term.term)));
}

/** Whether a sentence stands in the paragraph that the question names, told by the headings of its source. */
function citedBonus(sentence: SourceSentence, citations: readonly StatuteCitation[]): number {
  if (citations.length === 0) return 0;
  const own = ownParagraph(sentence.source);
  if (!own) return 0;
  const { place, law } = own;
  const cited = citations.filter((citation) => citation.sign === place.sign && citation.section === place.section);
  if (cited.length === 0) return 0;
  // A law goes by several short names ("EFZG", "EntgFG"), so another name halves the bonus and does not void it.
  const named = cited.some((citation) => citation.law === undefined || law === undefined || citation.law === law);
  const exact = cited.some((citation) => citation.subsection !== undefined && citation.subsection === sentence.subsection);
  return (SENTENCE_TABLE.citedSection + (exact ? SENTENCE_TABLE.citedSubsection : 0)) * (named ? 1 : 0.5);
}

function heldBy({ terms, leadIn }: SourceSentence, headings: ReadonlySet<string>): HeldTerms[] {
  const held = [{ terms, share: 1 }, { terms: headings, share: SENTENCE_TABLE.heading }];
  return leadIn ? [...held, { terms: leadIn.terms, share: SENTENCE_TABLE.leadIn }] : held;
}
