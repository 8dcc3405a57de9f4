import { analyse } from '../analysis/index.js';
import type { Language } from '../document/index.js';
import type { SourceSentence } from '../prompt/index.js';

export interface Attachment {
  supported: boolean;
  score: number;
  /** The sentence of a source that carries the claim best, supported or not. */
  sentence: SourceSentence | null;
}

const SUPPORT_MIN = 0.5;
// Between these cosines of E5 a sentence goes from unrelated to the same in other words.
const COSINE_NONE = 0.82;
const COSINE_SAME = 0.91;
const isNumber = (term: string): boolean => /^\d/.test(term);

/**
 * Finds the sentence of a source that carries a sentence of an answer: the share of its words that stand there, or,
 * across languages and wordings, the likeness of the two; and every number of the claim must stand in the source
 * sentence or beside it, because a wrong number in the right words is the error that harms most.
 */
export function attachCitation(claim: string, language: Language, sources: readonly SourceSentence[], similarity?: (sentence: SourceSentence) => number): Attachment {
  const terms = new Set(analyse(claim, language).map((term) => term.term));
  const numbers = [...terms].filter(isNumber);
  const words = [...terms].filter((term) => !isNumber(term));
  let best: Attachment = { supported: false, score: 0, sentence: null };
  sources.forEach((sentence, index) => {
    const near = [sources[index - 1], sentence, sources[index + 1]].filter((one) => one?.ordinal === sentence.ordinal);
    const here = numbers.filter((number) => sentence.terms.has(number)).length;
    const around = numbers.every((number) => near.some((one) => one!.terms.has(number)));
    const overlap = words.length === 0 ? 0 : words.filter((word) => sentence.terms.has(word)).length / words.length;
    const likeness = similarity ? Math.max(0, Math.min(1, (similarity(sentence) - COSINE_NONE) / (COSINE_SAME - COSINE_NONE))) : 0;
    const agreement = numbers.length === 0 ? 0 : (0.3 * here) / numbers.length;
    const score = Math.max(overlap, likeness) + agreement;
    if (score > best.score) best = { supported: around && score >= SUPPORT_MIN, score, sentence };
  });
  return best;
}
