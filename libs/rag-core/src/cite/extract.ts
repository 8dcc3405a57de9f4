import { plainText } from '../chunk/index.js';
import { scoreSentences, type PromptSource, type ScoreOptions, type SourceSentence } from '../prompt/index.js';

const SENTENCES_MAX = 2;
const SECOND_SHARE_MIN = 0.75;
const QUOTE_UNITS_MAX = 700;

/** The sentences of the sources that come nearest to an answer, word for word, best first. A question answers nothing. */
export function extractSentences(sources: readonly PromptSource[], sentences: readonly SourceSentence[], options: ScoreOptions): SourceSentence[] {
  const scores = scoreSentences(sources, sentences, options);
  const order = sentences.map((_, index) => index).filter((index) => !/\?["”»)*_\s]*$/u.test(sentences[index]!.text)).sort((a, b) => scores[b]! - scores[a]!);
  const best = scores[order[0] ?? 0] ?? 0;
  const good = order.filter((index) => scores[index]! >= best * SECOND_SHARE_MIN && scores[index]! > 0).map((index) => sentences[index]!);
  return withoutLeadIns(good).slice(0, SENTENCES_MAX);
}

/** The words before an enumeration are shown with its item already. */
function withoutLeadIns(sentences: readonly SourceSentence[]): SourceSentence[] {
  const shown = new Set(sentences.map((sentence) => sentence.leadIn));
  return sentences.filter((sentence) => !shown.has(sentence));
}

/** A sentence as it is quoted: without markup, and behind the words that it completes. */
export function quoteOf(sentence: SourceSentence): string {
  const opening = sentence.leadIn && /[:,]\s*[*_]*$/u.test(sentence.leadIn.text) ? `${sentence.leadIn.text} ` : '';
  const text = plainText(opening + sentence.text).replace(/^(?:[-*+•–]|[QA]:)\s+/u, '').replace(/\s+/gu, ' ');
  return text.length > QUOTE_UNITS_MAX ? `${text.slice(0, QUOTE_UNITS_MAX - 1)}…` : text;
}
