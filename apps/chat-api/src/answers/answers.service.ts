import { Inject, Injectable } from '@nestjs/common';
import type { AskRequest, Message, Scope, Source, StreamPart } from '@kontor/contracts';
import { conversations, outbox } from '@kontor/db';
import { AppError } from '@kontor/kernel';
import { garbled, type StreamEntry } from '@kontor/queue';
import { absent } from '../conversations/conversations.service.js';
import { CHAT_API_PORTS, type ChatApiPorts } from '../ports.js';
import { SearchService, type SearchResult } from '../search/search.service.js';
import { AnswerPace, answersUntilBegin } from './answer-pace.js';
import { fairPriority } from './fair-share.js';
import { noticeText } from './notices.js';

/** What the inference worker may use; more would only make the person wait. */
const SOURCES_MAX = 8;
/** An answer that is this old and neither waits nor runs is lost. */
const LOST_AFTER_MS = 30_000;
/** When to come back where no answer was timed yet. */
const RETRY_AFTER_MS = 30_000;

/** Takes a question in, finds its sources at once, and lets the worker write the answer. */
@Injectable()
export class AnswersService {
  private readonly waiting = new Map<string, number>();
  private readonly pace = new AnswerPace();

  constructor(
    @Inject(CHAT_API_PORTS) private readonly ports: ChatApiPorts,
    @Inject(SearchService) private readonly search: SearchService,
  ) {}

  /** Stores the question with its sources and queues the answer; returns the answer's id, under which its stream runs. */
  async ask(scope: Scope, conversationId: string, request: AskRequest): Promise<string> {
    const { database } = this.ports;
    // Before anything is stored: who is sent away has nothing half-done in the conversation.
    await this.requireRoom();
    const before = await database.person(scope, async (tx) => {
      const conversation = await conversations.findConversation(tx, conversationId);
      if (!conversation) throw absent();
      return { corpus: conversation.corpus, history: await conversations.questionsBefore(tx, conversationId, null) };
    });
    const found = await this.search.search(scope, { question: request.question, corpus: request.corpus ?? before.corpus, history: before.history, limit: SOURCES_MAX });
    const sources = found.hits.map(({ text: _text, ...hit }, index): Source => ({ ordinal: index + 1, ...hit }));
    const { answerId, askedAtMs } = await database.person(scope, async (tx) => {
      const exchange = await conversations.addExchange(tx, { conversationId, question: request.question, language: found.language, sources });
      await outbox.announce(tx, conversationId, 'question.asked', { messageId: exchange.answerId, conversationId });
      return exchange;
    });
    try {
      await this.begin(scope, { answerId, priority: this.priorityOf(scope, askedAtMs) }, found, sources);
    } catch (thrown) {
      await this.giveUp(scope, answerId, AppError.from(thrown));
      throw thrown;
    }
    return answerId;
  }

  /** Begins the stream with the sources, and hands the answer to the workers. */
  private async begin(scope: Scope, { answerId, priority }: { answerId: string; priority: number }, found: SearchResult, sources: Source[]): Promise<void> {
    const { queue } = this.ports;
    await this.append(answerId, { type: 'start', messageId: answerId });
    await this.append(answerId, { type: 'data-sources', data: sources });
    for (const code of found.notices) await this.append(answerId, { type: 'data-notice', data: { code, text: noticeText(code, found.language) } });
    // Told before it waits: the worker, which tells of place 0, may begin at once and must have the last word.
    const [ahead, slots] = await Promise.all([queue.aheadOf('answer.generate', priority), this.slots()]);
    const position = answersUntilBegin(ahead, slots);
    if (position > 0) await this.append(answerId, { type: 'data-queue', data: { position, estimateMs: this.pace.estimateMs(position, slots) } });
    this.pace.expect(answerId);
    await queue.enqueue('answer.generate', { tenant: scope.tenant, person: scope.person, messageId: answerId, evidence: found.evidence }, { id: `answer-${answerId}`, priority });
  }

  /**
   * The queue went away after the question was stored: the conversation shows it as failed, and it can be asked again.
   * Should the queue have taken the job nevertheless, its worker finds that the answer has ended.
   */
  private async giveUp(scope: Scope, answerId: string, { code }: AppError): Promise<void> {
    await this.ports.database.person(scope, (tx) => conversations.endWithoutText(tx, answerId, 'failed', code));
    await this.ports.stream.end(answerId).catch(() => undefined);
  }

  private async requireRoom(): Promise<void> {
    const { waiting, active, waitingMax } = await this.ports.queue.room('answer.generate');
    if (waiting < waitingMax) return;
    const [position, slots] = [waiting + active, await this.slots()];
    const retryAfterSeconds = Math.ceil((this.pace.estimateMs(1, slots) ?? RETRY_AFTER_MS) / 1_000);
    const message = `${position} questions wait for an answer, as many as may. Yours was not stored; ask again in ${retryAfterSeconds} seconds.`;
    throw new AppError('queue.full', { status: 429, retry: 'later', message, details: { position, estimateMs: this.pace.estimateMs(position, slots), retryAfterSeconds } });
  }

  /** The parts after `afterSeq`; where the stream is gone, the finished answer as parts anew. */
  async *follow(scope: Scope, answerId: string, afterSeq: number, signal: AbortSignal): AsyncGenerator<StreamEntry> {
    await this.requireOwn(scope, answerId);
    try {
      for await (const entry of this.ports.stream.read(answerId, afterSeq, signal)) {
        requirePart(entry.part);
        this.pace.see(answerId, entry.part as StreamPart);
        yield entry;
      }
    } catch (thrown) {
      const error = AppError.from(thrown);
      if (error.code !== 'stream.expired' && error.code !== 'stream.garbage') throw error;
      const message = await this.ports.database.person(scope, (tx) => conversations.readMessage(tx, answerId));
      if (!message || message.status === 'queued' || message.status === 'running') throw error;
      let seq = afterSeq;
      for (const part of partsOf(message)) yield { seq: (seq += 1), part };
    }
  }

  /**
   * An answer that nobody writes any more is told as failed, so that its reader does not wait for ever: the API died before
   * it was queued, or the queue lost its data.
   */
  async settleLost(scope: Scope, answerId: string): Promise<void> {
    const { database, queue } = this.ports;
    const openMs = await database.person(scope, (tx) => conversations.openSinceMs(tx, answerId));
    // One that is being asked now is not in the queue yet.
    if (openMs === null || openMs < LOST_AFTER_MS) return;
    const state = await queue.state('answer.generate', `answer-${answerId}`);
    if (state === 'waiting' || state === 'active') return;
    const failed = await database.person(scope, (tx) => conversations.endWithoutText(tx, answerId, 'failed', 'answer.lost'));
    if (!failed) return;
    await this.append(answerId, { type: 'error', errorText: 'The answer was lost before it was written. Ask again.', code: 'answer.lost' });
    await this.ports.stream.end(answerId);
  }

  async stop(scope: Scope, answerId: string): Promise<void> {
    await this.requireOwn(scope, answerId);
    if (await this.ports.queue.withdraw('answer.generate', `answer-${answerId}`)) {
      await this.ports.database.person(scope, (tx) => conversations.endWithoutText(tx, answerId, 'stopped'));
      await this.append(answerId, { type: 'data-verification', data: { claims: 0, supported: 0, status: 'stopped', model: '' } });
      await this.append(answerId, { type: 'abort' });
      await this.ports.stream.end(answerId);
    } else await this.ports.stream.requestStop(answerId);
  }

  /** Only an estimate rests on it, so nobody's question fails over it. */
  private slots(): Promise<number> {
    return this.ports.answerSlots().catch(() => 1);
  }

  private async append(answerId: string, part: StreamPart): Promise<void> {
    await this.ports.stream.append(answerId, part);
  }

  private async requireOwn(scope: Scope, answerId: string): Promise<void> {
    const own = await this.ports.database.person(scope, (tx) => conversations.isOwnAnswer(tx, answerId));
    if (!own) throw answerUnknown();
  }

  /** By the database's clock, which is one for all instances. Counts the question for a minute. */
  private priorityOf(scope: Scope, askedAtMs: number): number {
    const key = `${scope.tenant}/${scope.person}`;
    const recent = this.waiting.get(key) ?? 0;
    this.waiting.set(key, recent + 1);
    setTimeout(() => this.waiting.set(key, Math.max(0, (this.waiting.get(key) ?? 1) - 1)), 60_000).unref();
    return fairPriority(askedAtMs, recent);
  }
}

export const answerUnknown = (): AppError => new AppError('answer.unknown', { status: 404, message: 'There is no such answer.' });

/** A type that this version does not know is for the page to pass over; what has no type is no part. */
function requirePart(part: unknown): void {
  if (typeof part === 'object' && part !== null && 'type' in part && typeof part.type === 'string') return;
  throw garbled();
}

/** A finished answer as the stream would have told it. */
function partsOf(message: Message): StreamPart[] {
  const { id, sources, citations, text } = message;
  return [
    { type: 'start', messageId: id },
    { type: 'data-sources', data: sources },
    { type: 'text-start', id },
    { type: 'text-delta', id, delta: text ?? '' },
    ...citations.map((data): StreamPart => ({ type: 'data-citation', data })),
    { type: 'text-end', id },
    { type: 'data-verification', data: { claims: message.claims, supported: message.supported, status: message.status, model: message.model ?? '' } },
    { type: 'finish' },
  ];
}
