import { Inject, Injectable } from '@nestjs/common';
import type { JobData, Scope } from '@kontor/contracts';
import { conversations, corpora, retrieval, type SourceText } from '@kontor/db';
import { AppError } from '@kontor/kernel';
import { count, timed } from '@kontor/observability';
import { Handles, INTERRUPTED, stalled, untouched, type JobContext } from '@kontor/queue';
import { INFERENCE_PORTS, type InferencePorts } from '../ports.js';
import { AnswerStream } from './answer-stream.js';
import { AnswerWriter, type AnswerTask, type Draft } from './answer-writer.js';
import { Citations } from './citations.js';
import { gatherEvidence } from './evidence.js';
import { failAnswer } from './fail-answer.js';
import { scopeOf } from './scope-of.js';

interface Task extends AnswerTask {
  id: string;
  scope: Scope;
  /** A worker that died had marked it as its own. */
  takenOver: boolean;
  found: SourceText[];
}

/** Takes a question from the queue, lets its answer be written, and keeps how it ended. */
@Injectable()
@Handles('answer.generate')
export class AnswerHandler {
  constructor(@Inject(INFERENCE_PORTS) private readonly ports: InferencePorts) {}

  async run(job: JobData<'answer.generate'>, { signal, begunBefore }: Pick<JobContext, 'signal' | 'begunBefore'>): Promise<void> {
    const stream = new AnswerStream(this.ports.stream, job.messageId);
    // Before the answer is marked: what another worker adds that takes this one for dead from then on comes behind it.
    const untold = await stream.look();
    const task = await this.load(job, begunBefore > 0);
    if (!task) return;
    const stopped = new AbortController();
    const unsubscribe = this.ports.stream.onStop(task.id, () => stopped.abort(new AppError('answer.stopped')));
    try {
      if (!task.takenOver) await stream.begin();
      else if (!untold || !(await stream.takeOver())) throw stalled();
      const both = AbortSignal.any([signal, stopped.signal]);
      await timed('kontor_answer_seconds', {}, () => this.answer(task, stream, stopped.signal, both));
    } catch (thrown) {
      if (await this.handsOver(task, stream, signal, stopped.signal)) throw untouched();
      // Someone who stops before the first word stopped an answer; nothing has failed.
      if (!stopped.signal.aborted) throw thrown;
      await this.settle(task, stream, null, { text: '', status: 'stopped', model: this.ports.chatModel()?.model ?? 'none' });
    } finally {
      unsubscribe();
    }
  }

  /** Where the process is told to end before the reader saw a word, another worker writes the answer, and the reader is told to wait. */
  private async handsOver({ id, scope }: Task, stream: AnswerStream, signal: AbortSignal, stopped: AbortSignal): Promise<boolean> {
    const interrupted = signal.aborted && signal.reason instanceof AppError && signal.reason.code === INTERRUPTED;
    if (!interrupted || stopped.aborted || stream.told) return false;
    // What cannot be put back fails visibly, as it would have.
    const again = await this.ports.database.person(scope, (tx) => conversations.markQueued(tx, id)).catch(() => false);
    if (again) await stream.waitAgain().catch(() => undefined);
    return again;
  }

  /** Half an answer stays half: nobody is shown another one instead, so it ends without a wait for a free worker. */
  async abandons(job: JobData<'answer.generate'>): Promise<AppError | null> {
    return (await new AnswerStream(this.ports.stream, job.messageId).look()) ? null : stalled();
  }

  /** Told when the job is lost for good. */
  failed(job: JobData<'answer.generate'>, error: AppError): Promise<void> {
    return failAnswer(this.ports, job, error);
  }

  private async answer(task: Task, stream: AnswerStream, stop: AbortSignal, signal: AbortSignal): Promise<void> {
    const embedder = this.ports.embedder();
    const evidence = await gatherEvidence(task, embedder, signal);
    const citations = new Citations(task.found, evidence, embedder, task.language);
    const draft = await new AnswerWriter({ task, evidence, citations, stream, stop, signal }, this.ports).write(this.ports.chatModel());
    await this.settle(task, stream, citations, draft);
  }

  /** Keeps the answer as it ended and tells the reader. */
  private async settle(task: Task, stream: AnswerStream, citations: Citations | null, { text, status, model }: Draft): Promise<void> {
    const [claims, supported] = [citations?.judged.length ?? 0, citations?.supported ?? 0];
    await this.ports.database.person(task.scope, (tx) => conversations.finishAnswer(tx, task.id, { text, status, model, claims, supported, citations: citations?.all ?? [] }));
    await stream.finish({ claims, supported, status, model });
    count('kontor_answers_total', { status });
    count('kontor_claims_total', { supported: 'yes' }, supported);
    count('kontor_claims_total', { supported: 'no' }, claims - supported);
  }

  /** Reads the task with the person's rights as they are now, not as they were when the question was asked. */
  private async load(job: JobData<'answer.generate'>, begunBefore: boolean): Promise<Task | null> {
    const scope = await scopeOf(this.ports.database, job);
    if (!scope) {
      // Whoever still reads along must not wait for words that never come.
      await new AnswerStream(this.ports.stream, job.messageId).fail('Nobody has the id under which this was asked, so it was not answered.', 'answer.person_unknown');
      return null;
    }
    return this.ports.database.person(scope, async (tx) => {
      const task = await conversations.readAnswerTask(tx, job.messageId);
      if (!task) return null;
      const takenOver = !(await conversations.markRunning(tx, job.messageId));
      if (takenOver && !(begunBefore && (await conversations.openSinceMs(tx, job.messageId)) !== null)) return null;
      const found = await retrieval.readSources(tx, job.messageId);
      const lexicon = await corpora.readLexicon(tx, [...new Set(found.map((source) => source.corpus))]);
      return { id: job.messageId, scope, takenOver, question: task.question, history: task.history, language: task.language, found, lexicon, lexical: job.evidence.lexical };
    });
  }
}
