import type { Citation } from '@kontor/contracts';
import type { SourceText } from '@kontor/db';
import type { Embedder } from '@kontor/models';
import { inSpan } from '@kontor/observability';
import { attachCitation, type AnswerSentence, type Language, type SourceSentence } from '@kontor/rag-core';
import { likenessTo, type Evidence } from './evidence.js';

/** Attaches sentences of an answer to what carries them. */
export class Citations {
  /** Of the model's own sentences. */
  readonly claims: Citation[] = [];
  /** Of sentences that are shown word for word. */
  readonly quotes: Citation[] = [];
  /** What the claims stand on. */
  readonly carrying: SourceSentence[] = [];
  /** How well the weakest claim is carried, 0 where one is not. */
  weakest = Number.POSITIVE_INFINITY;

  constructor(
    private readonly found: readonly SourceText[],
    private readonly evidence: Evidence,
    private readonly embedder: Embedder | null,
    private readonly language: Language,
  ) {}

  get all(): Citation[] {
    return [...this.claims, ...this.quotes];
  }

  /** What is told of the answer's support: of the model's sentences, or of the quotes where there is nothing else. */
  get judged(): Citation[] {
    return this.claims.length > 0 ? this.claims : this.quotes;
  }

  get supported(): number {
    return this.judged.filter((citation) => citation.supported).length;
  }

  attach(claim: AnswerSentence, signal: AbortSignal): Promise<Citation> {
    return inSpan('verify sentence', {}, () => this.verify(claim, signal));
  }

  /** For a sentence that is taken from a source word for word. */
  quote(claim: AnswerSentence, sentence: SourceSentence): Citation {
    const citation = this.cite(claim, sentence);
    this.quotes.push(citation);
    return citation;
  }

  /** The draft is given up: nothing that it said counts. */
  dropClaims(): void {
    this.claims.length = 0;
    this.carrying.length = 0;
  }

  private async verify(claim: AnswerSentence, signal: AbortSignal): Promise<Citation> {
    const [vector] = this.embedder ? await this.embedder.embed([claim.text], 'query', signal) : [];
    const { supported, sentence, score } = attachCitation(claim.text, this.language, this.evidence.sentences, vector && likenessTo(vector, this.evidence.vectors));
    const citation = supported && sentence ? this.cite(claim, sentence) : uncited(claim);
    this.claims.push(citation);
    this.weakest = Math.min(this.weakest, supported ? score : 0);
    if (supported && sentence) this.carrying.push(sentence);
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
