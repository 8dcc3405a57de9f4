import type { LexiconFile } from '@kontor/contracts';
import type { SourceText } from '@kontor/db';
import type { Embedder } from '@kontor/models';
import { detectLanguage, groupWeight, sentencesOf, weighQuestion, type Language, type PromptSource, type ScoreOptions, type SourceSentence } from '@kontor/rag-core';

const SENTENCES_EMBEDDED_MAX = 96;
const SENTENCE_UNITS_MAX = 600;

export interface Asked {
  question: string;
  language: Language;
  found: readonly SourceText[];
  lexicon: LexiconFile;
}

/** The sources of an answer, sentence by sentence, with what the question looks for in them. */
export interface Evidence {
  sources: PromptSource[];
  sentences: SourceSentence[];
  /** The question's words in all their wordings, and the likeness of each sentence to it where an embedder is there. */
  looksFor: ScoreOptions;
  vectors: ReadonlyMap<SourceSentence, Float32Array>;
}

export async function gatherEvidence({ question, language, found, lexicon }: Asked, embedder: Embedder | null, signal: AbortSignal): Promise<Evidence> {
  const sources = found.map((source): PromptSource => ({ ordinal: source.ordinal, title: source.title, headingPath: source.headingPath, text: source.text, language: detectLanguage(source.text, language) }));
  const sentences = sources.flatMap(sentencesOf);
  const terms = weighQuestion(question, language, sentences, lexicon);
  if (!embedder) return { sources, sentences, looksFor: terms, vectors: new Map() };
  const candidates = preselect(sentences, terms);
  const [query] = await embedder.embed([question], 'query', signal);
  const embedded = await embedder.embed(candidates.map((sentence) => sentence.text.slice(0, SENTENCE_UNITS_MAX)), 'query', signal);
  const vectors = new Map(candidates.map((sentence, index) => [sentence, embedded[index]!]));
  return { sources, sentences, looksFor: { ...terms, similarity: likenessTo(query!, vectors) }, vectors };
}

/** Cosine of a sentence with a vector; 0 for a sentence that was not embedded. */
export function likenessTo(vector: Float32Array, vectors: Evidence['vectors']): (sentence: SourceSentence) => number {
  return (sentence) => {
    const own = vectors.get(sentence);
    return own === undefined ? 0 : own.reduce((sum, value, index) => sum + value * vector[index]!, 0);
  };
}

/** Embedding every sentence of long sources would cost seconds; the words and the source's place choose which. */
function preselect(sentences: readonly SourceSentence[], terms: ScoreOptions): SourceSentence[] {
  if (sentences.length <= SENTENCES_EMBEDDED_MAX) return [...sentences];
  const total = groupWeight(terms) || 1;
  const scores = new Map(sentences.map((sentence) => [sentence, groupWeight(terms, [{ terms: sentence.terms, share: 1 }]) / total + 0.5 / sentence.ordinal]));
  return [...sentences].sort((a, b) => scores.get(b)! - scores.get(a)!).slice(0, SENTENCES_EMBEDDED_MAX);
}
