import { scoreSentences, type ScoreOptions } from './score.js';
import { sentencesOf, type PromptSource, type SourceSentence } from './sentences.js';

/** What the model reads of a source. */
export interface Passage {
  ordinal: number;
  heading: string;
  text: string;
}

export interface SelectOptions extends ScoreOptions {
  budgetTokens: number;
  countTokens: (text: string) => number;
}

/** Tokens around a passage: its label and the marks that enclose it. */
const FRAME_TOKENS = 8;
/** A sentence this far below the best one costs time to read and tells nothing. */
const SCORE_SHARE_MIN = 0.2;

/** Cuts the sources to the sentences that matter, in their own order, within a budget of tokens. */
export function selectPassages(sources: readonly PromptSource[], options: SelectOptions): Passage[] {
  const sentences = sources.flatMap(sentencesOf);
  const scores = scoreSentences(sources, sentences, options);
  const chosen = choose(sources, sentences, scores, options);
  return sources.flatMap((source) => {
    const own = sentences.filter((sentence) => sentence.ordinal === source.ordinal);
    const text = joinSentences(source, own, chosen);
    return text === '' ? [] : [{ ordinal: source.ordinal, heading: headingOf(source), text }];
  });
}

function choose(sources: readonly PromptSource[], sentences: readonly SourceSentence[], scores: readonly number[], options: SelectOptions): Set<SourceSentence> {
  const order = sentences.map((_, index) => index).sort((a, b) => scores[b]! - scores[a]!);
  const byOrdinal = new Map(sources.map((source) => [source.ordinal, source]));
  const chosen = new Set<SourceSentence>();
  const opened = new Set<number>();
  let leftTokens = options.budgetTokens;
  for (const index of order) {
    const sentence = sentences[index]!;
    if (chosen.has(sentence) || sentence.heading || scores[index]! < scores[order[0]!]! * SCORE_SHARE_MIN) continue;
    const taken = sentence.leadIn && !chosen.has(sentence.leadIn) ? [sentence.leadIn, sentence] : [sentence];
    const frame = opened.has(sentence.ordinal) ? 1 : options.countTokens(headingOf(byOrdinal.get(sentence.ordinal)!)) + FRAME_TOKENS;
    const cost = taken.reduce((sum, one) => sum + options.countTokens(one.text), frame);
    if (cost > leftTokens) continue;
    leftTokens -= cost;
    for (const one of taken) chosen.add(one);
    opened.add(sentence.ordinal);
  }
  return chosen;
}

/** Keeps the order of the source; an ellipsis stands where something was left out. */
function joinSentences(source: PromptSource, sentences: readonly SourceSentence[], chosen: ReadonlySet<SourceSentence>): string {
  let text = '';
  let lastEnd = -1;
  for (const sentence of sentences) {
    if (!chosen.has(sentence)) continue;
    if (lastEnd >= 0) text += gapOf(source.text.slice(lastEnd, sentence.start));
    text += sentence.text.replace(/\s+/gu, ' ').trim();
    lastEnd = sentence.end;
  }
  return text;
}

function gapOf(between: string): string {
  if (/[\p{L}\p{N}]/u.test(between)) return ' … ';
  return between.includes('\n') ? '\n' : ' ';
}

function headingOf(source: PromptSource): string {
  return [source.title, ...source.headingPath.slice(-2)].filter((part, index, all) => part !== '' && all.indexOf(part) === index).join(' › ');
}
