import { analyse } from '../analysis/index.js';
import { splitSentences, type Language } from '../document/index.js';

export interface PromptSource {
  ordinal: number;
  title: string;
  headingPath: readonly string[];
  text: string;
  language: Language;
}

/** A sentence of a source, with its range in the source's text. */
export interface SourceSentence {
  ordinal: number;
  start: number;
  end: number;
  text: string;
  terms: ReadonlySet<string>;
}

/** What the model reads of a source. */
export interface Passage {
  ordinal: number;
  heading: string;
  text: string;
}

const NEIGHBOUR = 0.35;
const RANK_DAMPING = 0.12;
const SENTENCE_UNITS_MIN = 3;

export function sentencesOf(source: PromptSource): SourceSentence[] {
  return splitSentences(source.text, source.language)
    .map(({ start, end }) => {
      const text = source.text.slice(start, end);
      return { ordinal: source.ordinal, start, end, text, terms: new Set(analyse(text, source.language).map((term) => term.term)) };
    })
    .filter((sentence) => sentence.text.trim().length >= SENTENCE_UNITS_MIN);
}

export interface SelectOptions {
  /** Weight of each term of the question. */
  weights: ReadonlyMap<string, number>;
  /** Cosine of a sentence with the question, where an embedder is there. */
  similarity?: (sentence: SourceSentence) => number;
  budgetTokens: number;
  countTokens: (text: string) => number;
}

/** Scores sentences by the question's words, their likeness to it, their neighbours and their source's place. */
export function scoreSentences(sources: readonly PromptSource[], sentences: readonly SourceSentence[], options: Pick<SelectOptions, 'weights' | 'similarity'>): number[] {
  const places = new Map(sources.map((source, place) => [source.ordinal, place]));
  const total = [...options.weights.values()].reduce((sum, weight) => sum + weight, 0) || 1;
  const own = sentences.map((sentence) => {
    let words = 0;
    for (const term of sentence.terms) words += options.weights.get(term) ?? 0;
    // Cosines of E5 lie between 0.75 and 0.92; stretched to the unit interval they weigh as much as the words.
    const likeness = options.similarity ? Math.max(0, Math.min(1, (options.similarity(sentence) - 0.76) / 0.14)) : 0;
    return (words / total + likeness) / (1 + RANK_DAMPING * places.get(sentence.ordinal)!);
  });
  return own.map((score, index) => {
    const before = sentences[index - 1]?.ordinal === sentences[index]!.ordinal ? own[index - 1]! : 0;
    const after = sentences[index + 1]?.ordinal === sentences[index]!.ordinal ? own[index + 1]! : 0;
    return score + NEIGHBOUR * Math.max(before, after);
  });
}

/** Cuts the sources to the sentences that matter, in their own order, within a budget of tokens. */
export function selectPassages(sources: readonly PromptSource[], options: SelectOptions): Passage[] {
  const sentences = sources.flatMap(sentencesOf);
  const scores = scoreSentences(sources, sentences, options);
  const order = sentences.map((_, index) => index).sort((a, b) => scores[b]! - scores[a]!);
  const chosen = new Set<number>();
  const opened = new Set<number>();
  let leftTokens = options.budgetTokens;
  for (const index of order) {
    const sentence = sentences[index]!;
    const source = sources.find((one) => one.ordinal === sentence.ordinal)!;
    const headingTokens = opened.has(source.ordinal) ? 1 : options.countTokens(headingOf(source)) + 8;
    const cost = options.countTokens(sentence.text) + headingTokens;
    if (cost > leftTokens) continue;
    leftTokens -= cost;
    chosen.add(index);
    opened.add(source.ordinal);
  }
  return sources.flatMap((source) => {
    const parts: string[] = [];
    let last = -2;
    sentences.forEach((sentence, index) => {
      if (sentence.ordinal !== source.ordinal || !chosen.has(index)) return;
      parts.push((parts.length > 0 && index !== last + 1 ? '… ' : '') + sentence.text.replace(/\s+/g, ' ').trim());
      last = index;
    });
    return parts.length === 0 ? [] : [{ ordinal: source.ordinal, heading: headingOf(source), text: parts.join(' ') }];
  });
}

const headingOf = (source: PromptSource): string => [source.title, ...source.headingPath.slice(-2)].filter((part, index, all) => all.indexOf(part) === index).join(' › ');
