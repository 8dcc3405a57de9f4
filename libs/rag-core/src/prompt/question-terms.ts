import { buildVocabulary, findCitations, type LexiconEntry, type StatuteCitation, type Vocabulary } from '../analysis/index.js';
import type { Language } from '../document/index.js';
import { containingWords, queryVector, type QueryTerm } from '../query/index.js';
import type { SourceSentence } from './sentences.js';

/** What a question looks for in the sentences of its sources. */
export interface QuestionTerms {
  /** Weight of each term that says a word of the question, in its own or in other words. */
  weights: ReadonlyMap<string, number>;
  /** The word of the question for which a term stands; terms of one word count once. */
  groups?: ReadonlyMap<string, string>;
  /** Of a compound, the part for which a term stands; its parts count together. */
  parts?: ReadonlyMap<string, string>;
  /** The answer is a number, a date or an amount. */
  expectsNumber?: boolean;
  /** The places of statutes that the question names. */
  citations?: readonly StatuteCitation[];
}

/** Of the weight of a word's part where it stands in another compound. */
const IN_COMPOUND_SHARE = 0.6;

const NUMBER_ASKED =
  /\bwie(?:\s|-)?(?:viele?n?|lange?|hoch|oft|weit|groß|schnell|alt|teuer)\b|\b(?:bis|ab|seit) wann\b|\bwann\b|\b(?:frist|höhe|dauer|betrag|anzahl|prozent|höchst\w*|mindest\w*|maxim\w*|grenze|schwelle|faktor|quote|satz|stichtag|datum|uhr)\b|\bhow (?:many|much|long|often|old|far|early|late|soon|big|large|high|frequently|fast)\b|\bwhen\b|\b(?:deadline|limit|percent\w*|rate|minimum|maximum|amount|date|age|size|budget|number)\b/iu;

/**
 * Weighs the words of a question by how rare they are among the sentences, and adds the ways in which the sentences may
 * say them: the same analysis as search uses, on the few sentences at hand.
 */
export function weighQuestion(question: string, language: Language, sentences: readonly SourceSentence[], lexicon: readonly LexiconEntry[] = []): QuestionTerms {
  const frequencies = new Map<string, number>();
  for (const sentence of sentences) for (const term of sentence.terms) frequencies.set(term, (frequencies.get(term) ?? 0) + 1);
  const vocabulary = buildVocabulary(frequencies, sentences.length);
  const terms = withCompounds(queryVector(question, language, vocabulary, lexicon).terms, vocabulary);
  return {
    weights: new Map(terms.map(({ term, weight }) => [term, weight])),
    groups: new Map(terms.map(({ term, group }) => [term, group])),
    parts: new Map(terms.flatMap(({ term, part }) => (part === undefined ? [] : [[term, part]]))),
    expectsNumber: NUMBER_ASKED.test(question),
    citations: findCitations(question, true),
  };
}

/** A sentence says "Urlaubstage" also by "Jahresurlaub: 30 Arbeitstage". In a whole corpus that would find too much. */
function withCompounds(terms: readonly QueryTerm[], vocabulary: Vocabulary): QueryTerm[] {
  const known = new Set(terms.map(({ term }) => term));
  const added = terms.flatMap(({ part, group, weight }) =>
    part === undefined ? [] : containingWords(part, vocabulary).filter((word) => !known.has(word)).map((term): QueryTerm => ({ term, group, part, weight: weight * IN_COMPOUND_SHARE })),
  );
  return [...terms, ...added];
}
