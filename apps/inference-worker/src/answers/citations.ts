import type { Citation } from '@kontor/contracts';
import type { SourceText } from '@kontor/db';
import type { Embedder } from '@kontor/models';
import { attachCitation, type AnswerSentence, type Language, type SourceSentence } from '@kontor/rag-core';
import { cosine, type Evidence } from './evidence.js';

/** Attaches sentences of an answer to what carries them. */
export class Citations {
  readonly all: Citation[] = [];

  constructor(
    private readonly found: readonly SourceText[],
    private readonly evidence: Evidence,
    private readonly embedder: Embedder | null,
    private readonly language: Language,
  ) {}

  get supported(): number {
    return this.all.filter((citation) => citation.supported).length;
  }

  async attach(claim: AnswerSentence, signal: AbortSignal): Promise<Citation> {
    const vector = this.embedder ? (await this.embedder.embed([claim.text], 'query', signal))[0]! : null;
    const likeness = vector ? (sentence: SourceSentence): number => (this.evidence.vectors.has(sentence) ? cosine(vector, this.evidence.vectors.get(sentence)!) : 0) : undefined;
    const { supported, sentence } = attachCitation(claim.text, this.language, this.evidence.sentences, likeness);
    const citation = supported && sentence ? this.cite(claim, sentence) : uncited(claim);
    this.all.push(citation);
    return citation;
  }

  /** For a sentence that is taken from a source word for word. */
  quote(claim: AnswerSentence, sentence: SourceSentence): Citation {
    const citation = this.cite(claim, sentence);
    this.all.push(citation);
    return citation;
  }

  private cite(claim: AnswerSentence, sentence: SourceSentence): Citation {
    const source = this.found.find((one) => one.ordinal === sentence.ordinal)!;
    const { start, end } = { start: source.start + sentence.start, end: source.start + sentence.end };
    return { answerStart: claim.start, answerEnd: claim.end, supported: true, source: source.ordinal, documentId: source.documentId, path: source.path, start, end, quote: sentence.text };
  }
}

const uncited = (claim: AnswerSentence): Citation => ({
  answerStart: claim.start, answerEnd: claim.end, supported: false, source: null, documentId: null, path: null, start: null, end: null, quote: null,
});
