import { analyse } from '../analysis/index.js';
import type { Language } from '../document/index.js';
import { groupWeight, weighQuestion, type QuestionTerms, type SourceSentence } from '../prompt/index.js';
import { holdsName, namesOf } from './names.js';
import { holdsQuantity, quantitiesOf, type Quantity } from './quantities.js';

export interface Attachment {
  supported: boolean;
  /** How much of the claim the passage says; about 1 for all of it. */
  score: number;
  /** The one to three sentences of a source that carry the claim best, supported or not, as one range. */
  sentence: SourceSentence | null;
}

/**
 * One table, so that measuring on other documents changes these figures and nothing else. Fitted on 144 drafts of the 1.5B
 * about both corpora: 87 % of the right ones count as carried and 47 % of the others; with likeness alone it was 96 and 76.
 */
const SUPPORT_TABLE = {
  /** Share of the words in the score; the rest is the likeness of the vectors. All of it where there are none. */
  words: 0.85,
  supportMin: 0.6,
  /** Between these cosines of E5 a sentence goes from unrelated to the same in other words. */
  likenessNone: 0.82,
  likenessSame: 0.91,
  /** A longer passage must earn its length. */
  lengthCost: 0.06,
  negationCost: 0.2,
  windowSentencesMax: 3,
  windowUnitsMax: 900,
  quantityBonus: 0.25,
};

interface Claim {
  terms: QuestionTerms;
  total: number;
  quantities: Quantity[];
  names: string[];
  negated: boolean;
}

const NEGATION = /\b(?:nicht|kein\w*|nie|niemals|ohne|weder|unzulässig|verboten|untersagt|not|no|never|cannot|without|neither|prohibited|forbidden|n['’]t)\b|n['’]t\b/iu;

/**
 * Finds the passage that carries a sentence of an answer. Its words must stand there, in the same or in other words or in
 * the other language, or the two must be alike by their vectors; and every number with its unit and every name of the
 * claim must stand in the passage, because a wrong number in the right words is the error that harms most.
 */
export function attachCitation(claim: string, language: Language, sources: readonly SourceSentence[], similarity?: (sentence: SourceSentence) => number): Attachment {
  const read = readClaim(claim, language, sources);
  let best: Attachment = { supported: false, score: 0, sentence: null };
  for (let first = 0; first < sources.length; first += 1) {
    for (const window of windowsFrom(sources, first)) {
      const attachment = judge(read, window, similarity);
      const better = attachment.supported === best.supported ? attachment.score > best.score : attachment.supported;
      if (better) best = attachment;
    }
  }
  return best;
}

function readClaim(claim: string, language: Language, sources: readonly SourceSentence[]): Claim {
  const weighed = weighQuestion(claim, language, sources);
  const weights = new Map(weighed.weights);
  const groups = new Map(weighed.groups);
  // A word that no source has in any wording still counts against the claim.
  const typical = [...weights.values()].sort((a, b) => a - b)[Math.floor(weights.size / 2)] ?? 1;
  for (const { term, start, end } of analyse(claim, language)) {
    const group = claim.slice(start, end).toLowerCase();
    if ([...groups.values()].includes(group) || /^\d/u.test(term)) continue;
    weights.set(term, typical);
    groups.set(term, group);
  }
  const terms = { ...weighed, weights, groups };
  return { terms, total: groupWeight(terms), quantities: quantitiesOf(claim), names: namesOf(claim), negated: NEGATION.test(claim) };
}

/** The sentence and up to two that follow it in the same source. */
function windowsFrom(sources: readonly SourceSentence[], first: number): SourceSentence[][] {
  const windows: SourceSentence[][] = [];
  for (let length = 1; length <= SUPPORT_TABLE.windowSentencesMax; length += 1) {
    const window = sources.slice(first, first + length);
    const last = window.at(-1)!;
    if (window.length < length || last.ordinal !== window[0]!.ordinal || last.end - window[0]!.start > SUPPORT_TABLE.windowUnitsMax) break;
    if (!window[0]!.heading) windows.push(window);
  }
  return windows;
}

function judge(claim: Claim, window: readonly SourceSentence[], similarity: ((sentence: SourceSentence) => number) | undefined): Attachment {
  const sentence = join(window);
  const context = sentence.leadIn ? `${sentence.leadIn.text}\n${sentence.text}` : sentence.text;
  const terms = sentence.leadIn ? new Set([...sentence.terms, ...sentence.leadIn.terms]) : sentence.terms;
  const overlap = claim.total === 0 ? 0 : groupWeight(claim.terms, [{ terms, share: 1 }]) / claim.total;
  const { likenessNone, likenessSame } = SUPPORT_TABLE;
  const cosine = similarity ? Math.max(...window.map(similarity)) : 0;
  const likeness = Math.max(0, Math.min(1, (cosine - likenessNone) / (likenessSame - likenessNone)));
  const quantities = quantitiesOf(context);
  const agrees = claim.quantities.every((wanted) => holdsQuantity(quantities, wanted)) && claim.names.every((name) => holdsName(context, name));
  const bonus = agrees && claim.quantities.some(({ unit }) => unit !== undefined) ? SUPPORT_TABLE.quantityBonus : 0;
  const costs = (window.length - 1) * SUPPORT_TABLE.lengthCost + (claim.negated !== NEGATION.test(context) ? SUPPORT_TABLE.negationCost : 0);
  const share = similarity ? SUPPORT_TABLE.words : 1;
  const score = Math.max(0, share * overlap + (1 - share) * likeness + bonus - costs);
  return { supported: agrees && score >= SUPPORT_TABLE.supportMin, score, sentence };
}

function join(window: readonly SourceSentence[]): SourceSentence {
  const [first] = window as [SourceSentence];
  if (window.length === 1) return first;
  const last = window.at(-1)!;
  return { ...first, end: last.end, text: first.source.text.slice(first.start, last.end), terms: new Set(window.flatMap((one) => [...one.terms])) };
}
