import type { MessageStatus } from '@kontor/contracts';
import type { ChatModel } from '@kontor/models';
import { count } from '@kontor/observability';
import { assessAnswerability, buildCheck, buildPrompt, citesAbsentPlace, detectLanguage, extractSentences, isOutOfReach, quoteOf, SentenceStream, type Answerability, type PromptInput, type SourceSentence } from '@kontor/rag-core';
import type { AnswerStream } from './answer-stream.js';
import type { Citations } from './citations.js';
import type { Asked, Evidence } from './evidence.js';
import { packPrompt, type PromptLimits } from './prompts.js';
import { extractLead, notFoundText } from './texts.js';

/** The prompt asks for one to three sentences; a small model that goes on beyond repeats or invents. */
const SENTENCES_MAX = 4;
/** Sentences of the documents under a draft. */
const QUOTES_MAX = 2;
/** Support from which a claim needs nothing beside what it stands on. */
const CARRIED_WELL_MIN = 0.8;
/** Too short a text to tell its language. */
const LANGUAGE_UNITS_MIN = 24;

export interface Draft {
  text: string;
  status: MessageStatus;
  model: string;
}

export interface AnswerTask extends Asked {
  history: readonly string[];
  /** How well search found the question's words, see `SearchEvidence`. */
  lexical: number;
}

export interface WriterParts {
  task: AnswerTask;
  evidence: Evidence;
  citations: Citations;
  stream: AnswerStream;
  /** The person's stop; `signal` ends for other reasons too. */
  stop: AbortSignal;
  signal: AbortSignal;
}

/** Writes one answer: decides whether there is one, streams what the model writes, and shows the documents' own words. */
export class AnswerWriter {
  constructor(
    private readonly parts: WriterParts,
    private readonly limits: PromptLimits,
  ) {}

  async write(model: ChatModel | null): Promise<Draft> {
    const { task, evidence } = this.parts;
    if (evidence.sentences.length === 0) return this.abstain();
    if (isOutOfReach(task.lexical) || citesAbsentPlace(task.question, evidence.sources, task.lexicon)) return this.abstain();
    if (!model) return this.byWords().answerable ? this.extract('extract') : this.abstain();
    try {
      const prompt = packPrompt(task, evidence, model, this.limits);
      const { answerable, sure } = await this.assess(model, prompt);
      return answerable ? await this.draft(model, prompt, sure) : await this.abstain();
    } catch (thrown) {
      if (!this.parts.stop.aborted) throw thrown;
      return { text: this.parts.stream.shown, status: 'stopped', model: model.model };
    }
  }

  private byWords(): Answerability {
    const { lexical, language } = this.parts.task;
    return assessAnswerability({ lexical, stated: null }, language);
  }

  private async assess(model: ChatModel, prompt: PromptInput): Promise<Answerability> {
    const { task, signal } = this.parts;
    if (!model.judges) return this.byWords();
    const { system, user, choices } = buildCheck(prompt);
    const [yes, no] = (await model.choose({ system, turns: [{ role: 'user', text: user }], cacheKey: task.language, choices }, signal)) as [number, number];
    return assessAnswerability({ lexical: task.lexical, stated: yes + no > 0 ? yes / (yes + no) : 0 }, task.language);
  }

  private async draft(model: ChatModel, prompt: PromptInput, sure: boolean): Promise<Draft> {
    const { citations, task } = this.parts;
    const startedMs = performance.now();
    const text = await this.stream(model, prompt);
    count('kontor_generation_seconds_total', { model: model.model }, (performance.now() - startedMs) / 1_000);
    count('kontor_generated_tokens_total', { model: model.model }, model.countTokens(text));
    const rightLanguage = text.length < LANGUAGE_UNITS_MIN || detectLanguage(text, task.language) === task.language;
    if (citations.supported > 0 && rightLanguage) return { text: await this.appendQuotes(text), status: 'answered', model: model.model };
    // A draft that nothing carries, or in another language, gives way to what the documents say word for word.
    citations.dropClaims();
    return sure ? this.extract(model.model, true) : this.abstain(true);
  }

  /** Streams the model's sentences, each with what carries it as soon as it has ended. */
  private async stream(model: ChatModel, prompt: PromptInput): Promise<string> {
    const { task, citations, stream, signal } = this.parts;
    const { system, user } = buildPrompt(prompt);
    const sentences = new SentenceStream(task.language);
    const request = { system, turns: [{ role: 'user' as const, text: user }], temperature: 0, tokensMax: this.limits.answerTokensMax, cacheKey: task.language };
    for await (const event of model.generate(request, signal)) {
      if (event.type !== 'text') continue;
      const ended = sentences.add(event.text);
      const last = ended[SENTENCES_MAX - citations.claims.length - 1];
      await stream.text(last === undefined ? event.text : event.text.slice(0, Math.max(0, event.text.length - (sentences.length - last.end))));
      for (const sentence of ended.slice(0, SENTENCES_MAX - citations.claims.length)) await stream.citation(await citations.attach(sentence, signal));
      if (last !== undefined) return stream.shown;
    }
    for (const sentence of sentences.finish().slice(0, SENTENCES_MAX - citations.claims.length)) await stream.citation(await citations.attach(sentence, signal));
    return stream.shown;
  }

  /** The documents' own words under the draft: what its sentences stand on, and where that is weak what comes nearest to an answer. */
  private async appendQuotes(draft: string): Promise<string> {
    const { citations } = this.parts;
    const nearest = citations.weakest < CARRIED_WELL_MIN ? this.nearest().slice(0, 1) : [];
    const chosen: SourceSentence[] = [];
    for (const one of [...citations.carrying.slice(0, QUOTES_MAX), ...nearest]) if (!chosen.some((other) => overlap(one, other))) chosen.push(one);
    return this.quote(`${draft}\n\n`, chosen, false);
  }

  private nearest(): SourceSentence[] {
    const { sources, sentences, looksFor } = this.parts.evidence;
    return extractSentences(sources, sentences, looksFor);
  }

  private async extract(model: string, replaces = false): Promise<Draft> {
    const chosen = this.nearest();
    if (chosen.length === 0) return this.abstain(replaces);
    return { text: await this.quote('', chosen, replaces), status: 'answered', model };
  }

  /** Writes sentences of the documents behind `before`, each in quotation marks and with its citation. */
  private async quote(before: string, chosen: readonly SourceSentence[], replaces: boolean): Promise<string> {
    const { stream, citations, task } = this.parts;
    let text = before + extractLead(task.language);
    const claims = chosen.map((sentence) => {
      const quoted = `“${quoteOf(sentence)}”`;
      const start = text.length + 1;
      text += ` ${quoted}`;
      return { claim: { start, end: text.length, text: quoted }, sentence };
    });
    await (replaces ? stream.replace(text) : stream.text(text.slice(stream.shown.length)));
    for (const { claim, sentence } of claims) await stream.citation(citations.quote(claim, sentence));
    return text;
  }

  private async abstain(replaces = false): Promise<Draft> {
    const text = notFoundText(this.parts.task.language);
    await (replaces ? this.parts.stream.replace(text) : this.parts.stream.text(text));
    return { text, status: 'abstained', model: 'none' };
  }
}

const overlap = (one: SourceSentence, other: SourceSentence): boolean => one.ordinal === other.ordinal && one.start < other.end && one.end > other.start;
