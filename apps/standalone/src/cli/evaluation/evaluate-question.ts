import { Conversation, SearchResponse, Session, type EvaluationLine, type EvaluationQuestion, type SearchHit } from '@kontor/contracts';
import { AppError } from '@kontor/kernel';
import { ask, type AskedAnswer } from '../ask.js';
import type { KontorClient } from '../client.js';

export type EvaluationMode = 'search' | 'answer';

const textOf = (entry: EvaluationQuestion['history'][number]): string => (typeof entry === 'string' ? entry : entry.question);

/**
 * The askers who may read anything of the corpus. Of nobody at all it is unknown, which a slip in its name looks like;
 * an asker whom no file names ends the evaluation before it begins.
 */
export async function readersOf(client: KontorClient, questions: readonly EvaluationQuestion[], corpus: string): Promise<ReadonlySet<string>> {
  const readers = new Set<string>();
  for (const asker of new Set(questions.map((question) => question.asked_by))) {
    const session = await client.as(asker).get('/api/session', Session);
    if (session.corpora.some(({ name }) => name === corpus)) readers.add(asker);
  }
  if (questions.length > 0 && readers.size === 0) throw new AppError('corpus.unknown', { message: `There is no corpus "${corpus}" in which any of the askers may read anything.` });
  return readers;
}

/** What someone gets who may read nothing of the corpus: no hit and no answer. */
export function nothingReadable({ id, asked_by: user }: EvaluationQuestion, mode: EvaluationMode): EvaluationLine {
  const line: EvaluationLine = { id, user, hits: [], timings: { search_ms: 0, first_token_ms: null, total_ms: 0 } };
  return mode === 'search' ? line : { ...line, answer: { status: 'abstained', text: '', citations: [], claims: 0, supported: 0, model: 'none' } };
}

/** Searches, and in answer mode asks, as the person of the question; earlier questions of the conversation come first. */
export async function evaluateQuestion(client: KontorClient, question: EvaluationQuestion, corpus: string, mode: EvaluationMode): Promise<EvaluationLine> {
  const history = question.history.map(textOf);
  const startedMs = performance.now();
  const found = await client.post('/api/search', { question: question.question, corpus, history }, SearchResponse);
  const searchMs = performance.now() - startedMs;
  const line: EvaluationLine = { id: question.id, user: question.asked_by, hits: found.hits.map(toHit), timings: { search_ms: searchMs, first_token_ms: null, total_ms: searchMs } };
  if (mode === 'search') return line;
  const conversation = await client.post('/api/conversations', { corpus }, Conversation);
  const askedMs = performance.now();
  try {
    for (const earlier of history) await ask(client, conversation.id, earlier);
    const answer = await ask(client, conversation.id, question.question);
    return { ...line, answer: judgedPart(answer), timings: { search_ms: searchMs, first_token_ms: answer.firstTokenMs, total_ms: answer.totalMs } };
  } catch (thrown) {
    // One answer that failed is a figure of the evaluation and not its end; a Kontor that is gone is.
    if (!(thrown instanceof AppError)) throw thrown;
    const answer = { status: 'abstained' as const, text: '', citations: [], claims: 0, supported: 0, model: 'none', error: thrown.code };
    return { ...line, answer, timings: { search_ms: searchMs, first_token_ms: null, total_ms: performance.now() - askedMs } };
  }
}

function judgedPart({ status, text, citations, verification }: AskedAnswer): EvaluationLine['answer'] {
  if (status !== 'answered' && status !== 'abstained') throw new AppError('answer.unfinished', { message: `The answer ended as ${status}.` });
  const { claims, supported, model } = verification;
  const cited = citations.flatMap((one) => (one.supported ? [{ doc: one.path!, start: one.start!, end: one.end!, quote: one.quote! }] : []));
  return { status, text, citations: cited, claims, supported, model };
}

const toHit = (hit: SearchHit): EvaluationLine['hits'][number] => ({ doc: hit.path, section: hit.headingPath.at(-1) ?? hit.title, text: hit.text, start: hit.start, end: hit.end, score: hit.score });
