import { Conversation, SearchResponse, type EvaluationLine, type EvaluationQuestion, type SearchHit } from '@kontor/contracts';
import { AppError } from '@kontor/kernel';
import { ask } from '../ask.js';
import type { KontorClient } from '../client.js';

export type EvaluationMode = 'search' | 'answer';

const textOf = (entry: EvaluationQuestion['history'][number]): string => (typeof entry === 'string' ? entry : entry.question);

/** Searches, and in answer mode asks, as the person of the question; earlier questions of the conversation come first. */
export async function evaluateQuestion(client: KontorClient, question: EvaluationQuestion, corpus: string, mode: EvaluationMode): Promise<EvaluationLine> {
  const history = question.history.map(textOf);
  const startedMs = performance.now();
  const found = await client.post('/api/search', { question: question.question, corpus, history }, SearchResponse);
  const searchMs = performance.now() - startedMs;
  const line: EvaluationLine = { id: question.id, user: question.asked_by, hits: found.hits.map(toHit), timings: { search_ms: searchMs, first_token_ms: null, total_ms: searchMs } };
  if (mode === 'search') return line;
  const conversation = await client.post('/api/conversations', { corpus }, Conversation);
  for (const earlier of history) await ask(client, conversation.id, earlier);
  const answer = await ask(client, conversation.id, question.question);
  if (answer.status !== 'answered' && answer.status !== 'abstained') throw new AppError('eval.answer_failed', { message: `${question.id}: the answer ended as ${answer.status}.` });
  const citations = answer.citations.flatMap((one) => (one.supported ? [{ doc: one.path!, start: one.start!, end: one.end!, quote: one.quote! }] : []));
  const { claims, supported, model } = answer.verification;
  return {
    ...line,
    answer: { status: answer.status, text: answer.text, citations, claims, supported, model },
    timings: { search_ms: searchMs, first_token_ms: answer.firstTokenMs, total_ms: answer.totalMs },
  };
}

const toHit = (hit: SearchHit): EvaluationLine['hits'][number] => ({ doc: hit.path, section: hit.headingPath.at(-1) ?? hit.title, text: hit.text, start: hit.start, end: hit.end, score: hit.score });
