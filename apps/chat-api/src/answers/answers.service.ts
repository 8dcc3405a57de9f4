import { Inject, Injectable } from '@nestjs/common';
import type { AskRequest, Message, Scope, Source, StreamPart } from '@kontor/contracts';
import { conversations, outbox } from '@kontor/db';
import { AppError } from '@kontor/kernel';
import type { StreamEntry } from '@kontor/queue';
import { absent } from '../conversations/conversations.service.js';
import { CHAT_API_PORTS, type ChatApiPorts } from '../ports.js';
import { SearchService } from '../search/search.service.js';
import { AnswerPace } from './answer-pace.js';
import { noticeText } from './notices.js';

/** What the inference worker may use; more would only make the person wait. */
const SOURCES_MAX = 8;
const QUESTIONS_WAITING_MAX = 3;

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
    const { database, queue } = this.ports;
    const before = await database.person(scope, async (tx) => {
      const conversation = await conversations.findConversation(tx, conversationId);
      if (!conversation) throw absent();
      return { corpus: conversation.corpus, history: await conversations.questionsBefore(tx, conversationId, null) };
    });
    const found = await this.search.search(scope, { question: request.question, corpus: request.corpus ?? before.corpus, history: before.history, limit: SOURCES_MAX });
    const sources = found.hits.map(({ text: _text, ...hit }, index): Source => ({ ordinal: index + 1, ...hit }));
    const answerId = await database.person(scope, async (tx) => {
      const exchange = await conversations.addExchange(tx, { conversationId, question: request.question, language: found.language, sources });
      await outbox.announce(tx, conversationId, 'question.asked', { messageId: exchange.answerId, conversationId });
      return exchange.answerId;
    });
    await this.append(answerId, { type: 'start', messageId: answerId });
    await this.append(answerId, { type: 'data-sources', data: sources });
    for (const code of found.notices) await this.append(answerId, { type: 'data-notice', data: { code, text: noticeText(code, found.language) } });
    const priority = this.priorityOf(scope);
    // Told before it waits: the worker, which tells of place 0, may begin at once and must have the last word.
    const ahead = await queue.aheadOf('answer.generate', priority);
    if (ahead > 0) await this.append(answerId, { type: 'data-queue', data: { position: ahead, estimateMs: this.pace.estimateMs(ahead) } });
    this.pace.expect(answerId);
    await queue.enqueue('answer.generate', { tenant: scope.tenant, person: scope.person, messageId: answerId, evidence: found.evidence }, { id: `answer-${answerId}`, priority });
    return answerId;
  }

  /** The parts after `afterSeq`; where the stream is gone, the finished answer as parts anew. */
  async *follow(scope: Scope, answerId: string, afterSeq: number, signal: AbortSignal): AsyncGenerator<StreamEntry> {
    await this.requireOwn(scope, answerId);
    try {
      for await (const entry of this.ports.stream.read(answerId, afterSeq, signal)) {
        this.pace.see(answerId, entry.part as StreamPart);
        yield entry;
      }
    } catch (thrown) {
      const error = AppError.from(thrown);
      if (error.code !== 'stream.expired') throw error;
      const message = await this.ports.database.person(scope, (tx) => conversations.readMessage(tx, answerId));
      if (!message || message.status === 'queued' || message.status === 'running') throw error;
      let seq = afterSeq;
      for (const part of partsOf(message)) yield { seq: (seq += 1), part };
    }
  }

  async stop(scope: Scope, answerId: string): Promise<void> {
    await this.requireOwn(scope, answerId);
    if (await this.ports.queue.withdraw('answer.generate', `answer-${answerId}`)) {
      await this.ports.database.person(scope, (tx) => conversations.finishAnswer(tx, answerId, { text: '', status: 'stopped', model: null, claims: 0, supported: 0, citations: [] }));
      await this.append(answerId, { type: 'data-verification', data: { claims: 0, supported: 0, status: 'stopped', model: '' } });
      await this.append(answerId, { type: 'abort' });
      await this.ports.stream.end(answerId);
    } else await this.ports.stream.requestStop(answerId);
  }

  private async append(answerId: string, part: StreamPart): Promise<void> {
    await this.ports.stream.append(answerId, part);
  }

  private async requireOwn(scope: Scope, answerId: string): Promise<void> {
    const own = await this.ports.database.person(scope, (tx) => conversations.isOwnAnswer(tx, answerId));
    if (!own) throw new AppError('answer.unknown', { status: 404, message: 'There is no such answer.' });
  }

  /** Fair share: who asks much waits behind who asks little. Lower comes first; 0 would overtake every priority. */
  private priorityOf(scope: Scope): number {
    const key = `${scope.tenant}/${scope.person}`;
    const recent = (this.waiting.get(key) ?? 0) + 1;
    this.waiting.set(key, recent);
    setTimeout(() => this.waiting.set(key, Math.max(0, (this.waiting.get(key) ?? 1) - 1)), 60_000).unref();
    return Math.min(1 + recent * QUESTIONS_WAITING_MAX, 2_000_000);
  }
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
