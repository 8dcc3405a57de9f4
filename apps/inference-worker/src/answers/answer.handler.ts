import { Inject, Injectable } from '@nestjs/common';
import type { Citation, JobData, MessageStatus, Scope } from '@kontor/contracts';
import { conversations, outbox, people, retrieval, type SourceText } from '@kontor/db';
import { AppError } from '@kontor/kernel';
import { Handles, type JobContext } from '@kontor/queue';
import { assessAnswerability, buildPrompt, detectLanguage, extractSentences, selectPassages, SentenceStream, type Language } from '@kontor/rag-core';
import { INFERENCE_PORTS, type InferencePorts } from '../ports.js';
import { AnswerStream } from './answer-stream.js';
import { Citations } from './citations.js';
import { gatherEvidence, type Evidence } from './evidence.js';
import { extractLead, notFoundText } from './texts.js';

/** Time that goes into packing, embedding sentences and the first token itself. */
const OVERHEAD_MS = 2_500;
const PROMPT_FRAME_TOKENS = 60;
const PASSAGE_TOKENS_MIN = 160;
const PASSAGE_TOKENS_MAX = 2_400;

interface Task {
  id: string;
  scope: Scope;
  question: string;
  history: readonly string[];
  language: Language;
  found: SourceText[];
}

interface Draft {
  text: string;
  status: MessageStatus;
  model: string;
}

/** Writes one answer: chooses what the model reads, streams what it writes, and checks each sentence. */
@Injectable()
@Handles('answer.generate')
export class AnswerHandler {
  constructor(@Inject(INFERENCE_PORTS) private readonly ports: InferencePorts) {}

  async run(job: JobData<'answer.generate'>, { signal }: Pick<JobContext, 'signal'>): Promise<void> {
    const task = await this.load(job);
    if (!task) return;
    const stream = new AnswerStream(this.ports.stream, task.id);
    const stopped = new AbortController();
    const unsubscribe = this.ports.stream.onStop(task.id, () => stopped.abort(new AppError('answer.stopped')));
    try {
      await stream.begin();
      await this.answer(task, stream, stopped.signal, AbortSignal.any([signal, stopped.signal]));
    } catch (thrown) {
      // Someone who stops before the first word stopped an answer; nothing has failed.
      if (!stopped.signal.aborted) throw thrown;
      await this.settle(task, stream, [], { text: '', status: 'stopped', model: this.ports.chatModel()?.model ?? 'none' });
    } finally {
      unsubscribe();
    }
  }

  /** Told when the job is lost for good: the person sees that it failed and can ask again. */
  async failed(job: JobData<'answer.generate'>, error: AppError): Promise<void> {
    const scope = await this.scopeOf(job);
    if (!scope) return;
    const wrote = await this.ports.database.person(scope, (tx) =>
      conversations.finishAnswer(tx, job.messageId, { text: '', status: 'failed', model: null, errorCode: error.code, claims: 0, supported: 0, citations: [] }),
    );
    if (wrote) await new AnswerStream(this.ports.stream, job.messageId).fail('The answer could not be written. Ask again.', error.code).catch(() => {});
  }

  private async answer(task: Task, stream: AnswerStream, stopSignal: AbortSignal, signal: AbortSignal): Promise<void> {
    const embedder = this.ports.embedder();
    const evidence = await gatherEvidence(task.question, task.language, task.found, embedder, signal);
    const citations = new Citations(task.found, evidence, embedder, task.language);
    const draft = assessAnswerability(evidence.judged).answerable ? await this.write(task, evidence, citations, stream, stopSignal, signal) : await this.abstain(task, stream);
    await this.settle(task, stream, citations.all, draft);
  }

  /** Keeps the answer as it ended and tells the reader. */
  private async settle(task: Task, stream: AnswerStream, citations: readonly Citation[], { text, status, model }: Draft): Promise<void> {
    const [claims, supported] = [citations.length, citations.filter((citation) => citation.supported).length];
    await this.ports.database.person(task.scope, async (tx) => {
      await conversations.finishAnswer(tx, task.id, { text, status, model, claims, supported, citations });
      await outbox.announce(tx, task.id, 'answer.finished', { messageId: task.id, status, model });
    });
    await stream.finish({ claims, supported, status, model });
  }

  private async write(task: Task, evidence: Evidence, citations: Citations, stream: AnswerStream, stopSignal: AbortSignal, signal: AbortSignal): Promise<Draft> {
    const model = this.ports.chatModel();
    if (!model) return this.extract(task, evidence, citations, stream, 'extract');
    const sentences = new SentenceStream(task.language);
    let text = '';
    try {
      for await (const event of model.generate({ ...this.prompt(task, evidence), temperature: 0, tokensMax: this.ports.answerTokensMax, cacheKey: task.language }, signal)) {
        if (event.type !== 'text') continue;
        text += event.text;
        await stream.text(event.text);
        for (const sentence of sentences.add(event.text)) await stream.citation(await citations.attach(sentence, signal));
      }
      for (const sentence of sentences.finish()) await stream.citation(await citations.attach(sentence, signal));
    } catch (thrown) {
      if (!stopSignal.aborted) throw thrown;
      return { text, status: 'stopped', model: model.model };
    }
    const rightLanguage = text.length < 24 || detectLanguage(text, task.language) === task.language;
    if (citations.supported > 0 && rightLanguage) return { text, status: 'answered', model: model.model };
    // A draft that nothing carries, or in another language, gives way to what the documents say word for word.
    citations.all.length = 0;
    return this.extract(task, evidence, citations, stream, model.model, true);
  }

  private async extract(task: Task, evidence: Evidence, citations: Citations, stream: AnswerStream, model: string, replaces = false): Promise<Draft> {
    const options = { weights: evidence.weights, ...(evidence.similarityToQuestion ? { similarity: evidence.similarityToQuestion } : {}) };
    const chosen = extractSentences(evidence.sources, evidence.sentences, options);
    if (chosen.length === 0) return this.abstain(task, stream, replaces);
    let text = extractLead(task.language);
    const claims = chosen.map((sentence) => {
      const quoted = `“${sentence.text.replace(/\s+/g, ' ').trim()}”`;
      const start = text.length + 1;
      text += ` ${quoted}`;
      return { claim: { start, end: text.length, text: quoted }, sentence };
    });
    await (replaces ? stream.replace(text) : stream.text(text));
    for (const { claim, sentence } of claims) await stream.citation(citations.quote(claim, sentence));
    return { text, status: 'answered', model };
  }

  private async abstain(task: Task, stream: AnswerStream, replaces = false): Promise<Draft> {
    const text = notFoundText(task.language);
    await (replaces ? stream.replace(text) : stream.text(text));
    return { text, status: 'abstained', model: 'none' };
  }

  /** As much of the sources as the model reads in the time that the first word may take. */
  private prompt(task: Task, evidence: Evidence): { system: string; turns: { role: 'user'; text: string }[] } {
    const model = this.ports.chatModel()!;
    const affordable = Math.floor((model.promptTokensPerSecond() * (this.ports.firstWordMs - OVERHEAD_MS)) / 1_000);
    const room = model.contextTokensMax - this.ports.answerTokensMax - 400;
    const budgetTokens = Math.max(PASSAGE_TOKENS_MIN, Math.min(PASSAGE_TOKENS_MAX, room, affordable - PROMPT_FRAME_TOKENS - model.countTokens(task.question)));
    const passages = selectPassages(evidence.sources, {
      weights: evidence.weights,
      ...(evidence.similarityToQuestion ? { similarity: evidence.similarityToQuestion } : {}),
      budgetTokens,
      countTokens: (text) => model.countTokens(text),
    });
    const { system, user } = buildPrompt({ language: task.language, question: task.question, history: task.history, passages });
    return { system, turns: [{ role: 'user', text: user }] };
  }

  /** Reads the task with the person's rights as they are now, not as they were when the question was asked. */
  private async load(job: JobData<'answer.generate'>): Promise<Task | null> {
    const scope = await this.scopeOf(job);
    if (!scope) {
      // Whoever still reads along must not wait for words that never come.
      await new AnswerStream(this.ports.stream, job.messageId).fail('Nobody has the id under which this was asked, so it was not answered.', 'answer.person_unknown');
      return null;
    }
    return this.ports.database.person(scope, async (tx) => {
      const task = await conversations.readAnswerTask(tx, job.messageId);
      if (!task || !(await conversations.markRunning(tx, job.messageId))) return null;
      return { id: job.messageId, scope, question: task.question, history: task.history, language: task.language, found: await retrieval.readSources(tx, job.messageId) };
    });
  }

  private async scopeOf(job: JobData<'answer.generate'>): Promise<Scope | null> {
    const found = await this.ports.database.worker(job.tenant, (tx) => people.findScope(tx, job.person));
    return found?.scope ?? null;
  }
}
