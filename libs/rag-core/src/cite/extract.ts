import { scoreSentences, type PromptSource, type ScoreOptions, type SourceSentence } from '../prompt/index.js';

const SENTENCES_MAX = 2;
const SECOND_SHARE_MIN = 0.75;

/** The sentences of the sources that come nearest to an answer, word for word, best first. */
export function extractSentences(sources: readonly PromptSource[], sentences: readonly SourceSentence[], options: ScoreOptions): SourceSentence[] {
  const scores = scoreSentences(sources, sentences, options);
  const order = sentences.map((_, index) => index).sort((a, b) => scores[b]! - scores[a]!);
  const best = scores[order[0] ?? 0] ?? 0;
  return order.filter((index) => scores[index]! >= best * SECOND_SHARE_MIN && scores[index]! > 0).slice(0, SENTENCES_MAX).map((index) => sentences[index]!);
}
