import type { SourceText } from '@kontor/db';
import type { Embedder } from '@kontor/models';
import { analyse, detectLanguage, sentencesOf, type AnswerEvidence, type Language, type PromptSource, type SourceSentence } from '@kontor/rag-core';

const SENTENCES_EMBEDDED_MAX = 72;
const SENTENCE_UNITS_MAX = 600;

/** The sources of an answer, sentence by sentence, with their likeness to the question. */
export interface Evidence {
  sources: PromptSource[];
  sentences: SourceSentence[];
  /** Weight of each term of the question, rarer among these sources first. */
  weights: Map<string, number>;
  similarityToQuestion: ((sentence: SourceSentence) => number) | undefined;
  vectors: Map<SourceSentence, Float32Array>;
  judged: AnswerEvidence;
}

export async function gatherEvidence(question: string, language: Language, found: readonly SourceText[], embedder: Embedder | null, signal: AbortSignal): Promise<Evidence> {
  const sources = found.map((source): PromptSource => ({ ordinal: source.ordinal, title: source.title, headingPath: source.headingPath, text: source.text, language: detectLanguage(source.text, language) }));
  const sentences = sources.flatMap(sentencesOf);
  const weights = weighTerms(question, language, sentences);
  const candidates = preselect(sentences, weights);
  const vectors = new Map<SourceSentence, Float32Array>();
  let similarityToQuestion: Evidence['similarityToQuestion'];
  let bestCosine: number | null = null;
  if (embedder && candidates.length > 0) {
    const [query] = await embedder.embed([question], 'query', signal);
    const embedded = await embedder.embed(candidates.map((sentence) => sentence.text.slice(0, SENTENCE_UNITS_MAX)), 'query', signal);
    candidates.forEach((sentence, index) => vectors.set(sentence, embedded[index]!));
    similarityToQuestion = (sentence) => (vectors.has(sentence) ? cosine(query!, vectors.get(sentence)!) : 0);
    bestCosine = Math.max(...candidates.map(similarityToQuestion));
  }
  return { sources, sentences, weights, similarityToQuestion, vectors, judged: { bestCosine, coverage: coverageOf(sources, sentences, weights), agreement: 3 } };
}

export function cosine(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += a[i]! * b[i]!;
  return sum;
}

/** A term that stands in few of the sentences tells more; one that stands in none still counts as asked for. */
function weighTerms(question: string, language: Language, sentences: readonly SourceSentence[]): Map<string, number> {
  const weights = new Map<string, number>();
  for (const { term } of analyse(question, language)) {
    const holding = sentences.filter((sentence) => sentence.terms.has(term)).length;
    weights.set(term, Math.log(1 + (sentences.length + 1) / (holding + 0.5)));
  }
  return weights;
}

/** Embedding every sentence of long sources would cost seconds; the words and the source's place choose which. */
function preselect(sentences: readonly SourceSentence[], weights: ReadonlyMap<string, number>): SourceSentence[] {
  if (sentences.length <= SENTENCES_EMBEDDED_MAX) return [...sentences];
  const score = (sentence: SourceSentence): number => [...sentence.terms].reduce((sum, term) => sum + (weights.get(term) ?? 0), 0) + 4 / sentence.ordinal;
  return [...sentences].sort((a, b) => score(b) - score(a)).slice(0, SENTENCES_EMBEDDED_MAX);
}

function coverageOf(sources: readonly PromptSource[], sentences: readonly SourceSentence[], weights: ReadonlyMap<string, number>): number {
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  if (total === 0) return 0;
  return Math.max(
    0,
    ...sources.slice(0, 3).map(({ ordinal }) => {
      const terms = new Set(sentences.filter((sentence) => sentence.ordinal === ordinal).flatMap((sentence) => [...sentence.terms]));
      return [...weights].reduce((sum, [term, weight]) => sum + (terms.has(term) ? weight : 0), 0) / total;
    }),
  );
}
