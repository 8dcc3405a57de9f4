import { newId } from '@kontor/kernel';
import type { Citation, Conversation, Message, MessageStatus, Source } from '@kontor/contracts';
import type { PersonTx, WorkerTx } from '../database.js';
import { announce } from './outbox.js';
import { owner, visible, whoAsks } from './visibility.js';

const CONVERSATION = `id, title, corpus, created_at AS "createdAt"`;
type ConversationRow = Omit<Conversation, 'createdAt'> & { createdAt: Date };
const toConversation = (row: ConversationRow): Conversation => ({ ...row, createdAt: row.createdAt.toISOString() });

export async function createConversation(tx: PersonTx, corpus: string | null): Promise<Conversation> {
  const [row] = await tx.query<ConversationRow>(`INSERT INTO conversation (tenant, person, id, title, corpus) VALUES ($1, $2, $3, '', $4) RETURNING ${CONVERSATION}`, [...owner(tx), newId(), corpus]);
  return toConversation(row!);
}

export async function listConversations(tx: PersonTx, limit: number): Promise<Conversation[]> {
  const rows = await tx.query<ConversationRow>(`SELECT ${CONVERSATION} FROM conversation WHERE tenant = $1 AND person = $2 ORDER BY created_at DESC, id DESC LIMIT $3`, [...owner(tx), limit]);
  return rows.map(toConversation);
}

export async function findConversation(tx: PersonTx, id: string): Promise<Conversation | null> {
  const [row] = await tx.query<ConversationRow>(`SELECT ${CONVERSATION} FROM conversation WHERE tenant = $1 AND person = $2 AND id = $3`, [...owner(tx), id]);
  return row ? toConversation(row) : null;
}

export async function removeConversation(tx: PersonTx, id: string): Promise<boolean> {
  const rows = await tx.query('DELETE FROM conversation WHERE tenant = $1 AND person = $2 AND id = $3 RETURNING id', [...owner(tx), id]);
  return rows.length > 0;
}

export interface NewExchange {
  conversationId: string;
  question: string;
  language: string;
  sources: readonly Source[];
}

/** Writes the question, the answer that is to come and what search found for it; the first question names the conversation. */
export async function addExchange(tx: PersonTx, exchange: NewExchange): Promise<{ questionId: string; answerId: string; askedAtMs: number }> {
  // Within an exchange ids order: the answer's comes after the question's. Between exchanges the time does, which is the
  // database's own, since the clocks of processes differ; one that jumps back puts no question before an earlier one.
  const questionId = newId();
  const answerId = newId();
  const key = [...owner(tx), exchange.conversationId];
  const [asked] = await tx.query<{ atMs: number }>(
    `WITH latest AS (SELECT max(created_at) + interval '1 microsecond' AS next FROM message WHERE tenant = $1 AND person = $2 AND conversation_id = $3)
     INSERT INTO message (tenant, person, conversation_id, id, role, language, status, has_text, document_ids, created_at)
     SELECT $1, $2, $3, id, role, $5, status, has_text, document_ids, greatest(now(), next)
     FROM latest, (VALUES ($4::uuid, 'user', 'answered', true, '{}'::uuid[]), ($6::uuid, 'assistant', 'queued', false, $7::uuid[])) AS new (id, role, status, has_text, document_ids)
     RETURNING (extract(epoch FROM now()) * 1000)::float8 AS "atMs"`,
    [...key, questionId, exchange.language, answerId, [...new Set(exchange.sources.map((source) => source.documentId))]],
  );
  await storeText(tx, questionId, exchange.question, []);
  await tx.query(`UPDATE conversation SET title = $4 WHERE tenant = $1 AND person = $2 AND id = $3 AND title = ''`, [...key, exchange.question.slice(0, 80)]);
  await storeSources(tx, answerId, exchange.sources);
  return { questionId, answerId, askedAtMs: asked!.atMs };
}

async function storeText(tx: PersonTx, messageId: string, text: string, documentIds: readonly string[]): Promise<void> {
  await tx.query('INSERT INTO message_text (tenant, person, message_id, text, document_ids) VALUES ($1, $2, $3, $4, $5)', [...owner(tx), messageId, text, documentIds]);
}

async function storeSources(tx: PersonTx, messageId: string, sources: readonly Source[]): Promise<void> {
  const column = <K extends keyof Source>(key: K): Source[K][] => sources.map((source) => source[key]);
  await tx.query(
    `INSERT INTO message_source (tenant, person, message_id, ordinal, document_id, heading_path, page, start_offset, end_offset, score)
     SELECT $1, $2, $3, ordinal, document_id, ARRAY(SELECT jsonb_array_elements_text(headings::jsonb)), page, start_offset, end_offset, score
     FROM unnest($4::integer[], $5::uuid[], $6::text[], $7::integer[], $8::integer[], $9::integer[], $10::real[])
       AS new (ordinal, document_id, headings, page, start_offset, end_offset, score)`,
    [...owner(tx), messageId, column('ordinal'), column('documentId'), sources.map((source) => JSON.stringify(source.headingPath)), column('page'), column('start'), column('end'), column('score')],
  );
}

export interface FinishedAnswer {
  text: string;
  status: MessageStatus;
  model: string | null;
  errorCode?: string;
  claims: number;
  supported: number;
  citations: readonly Citation[];
  /**
   * The documents whose text went into the answer. It is withheld as soon as the person may not read all of them.
   * Where this is absent, every document that search found for the answer counts.
   */
  documentIds?: readonly string[];
}

/** Writes and announces the answer once: one that already ended, for example by a stop, stays as it is. */
export async function finishAnswer(tx: PersonTx, messageId: string, answer: FinishedAnswer): Promise<boolean> {
  const [row] = await tx.query<{ found: string[]; conversation: string }>(
    `UPDATE message SET has_text = true, status = $4, model = $5, error_code = $6, claims = $7, supported = $8
     WHERE tenant = $1 AND person = $2 AND id = $3 AND status IN ('queued', 'running') RETURNING document_ids AS found, conversation_id AS conversation`,
    [...owner(tx), messageId, answer.status, answer.model, answer.errorCode ?? null, answer.claims, answer.supported],
  );
  if (!row) return false;
  const cited = answer.citations.flatMap((citation) => citation.documentId ?? []);
  const used = answer.documentIds ?? row.found;
  await storeText(tx, messageId, answer.text, [...new Set([...used, ...cited])]);
  await storeCitations(tx, messageId, answer.citations);
  await announce(tx, row.conversation, 'answer.finished', { messageId, status: answer.status, model: answer.model ?? 'none' });
  return true;
}

/** Ends an answer that has no words: nobody wrote any, or nobody will. @returns false where it had ended already */
export function endWithoutText(tx: PersonTx, messageId: string, status: 'failed' | 'stopped', errorCode?: string): Promise<boolean> {
  return finishAnswer(tx, messageId, { text: '', status, model: null, ...(errorCode === undefined ? {} : { errorCode }), claims: 0, supported: 0, citations: [] });
}

async function storeCitations(tx: PersonTx, messageId: string, citations: readonly Citation[]): Promise<void> {
  const column = <K extends keyof Citation>(key: K): Citation[K][] => citations.map((citation) => citation[key]);
  await tx.query(
    `INSERT INTO citation (tenant, person, message_id, ordinal, answer_start, answer_end, supported, source, document_id, start_offset, end_offset, quote)
     SELECT $1, $2, $3, ordinal - 1, answer_start, answer_end, supported, source, document_id, start_offset, end_offset, quote
     FROM unnest($4::integer[], $5::integer[], $6::boolean[], $7::integer[], $8::uuid[], $9::integer[], $10::integer[], $11::text[])
       WITH ORDINALITY AS new (answer_start, answer_end, supported, source, document_id, start_offset, end_offset, quote, ordinal)`,
    [...owner(tx), messageId, column('answerStart'), column('answerEnd'), column('supported'), column('source'), column('documentId'), column('start'), column('end'), column('quote')],
  );
}

/**
 * Answers that were begun so long ago, by the database's clock, and have not ended; nothing of what was said. One of a time
 * that is still to come was begun before the clock was set back.
 */
export function openAnswers(tx: WorkerTx, olderThanMs: number): Promise<{ messageId: string; person: string; ahead: boolean }[]> {
  return tx.query(
    `SELECT id AS "messageId", person, created_at > now() AS ahead FROM message
     WHERE tenant = $1 AND status IN ('queued', 'running') AND (created_at < now() - $2 * interval '1 millisecond' OR created_at > now() + interval '1 minute') ORDER BY id LIMIT 500`,
    [tx.tenant, olderThanMs],
  );
}

/** How long ago an answer was begun that has not ended, by the database's clock; null where it has, or is not there. */
export async function openSinceMs(tx: PersonTx, messageId: string): Promise<number | null> {
  const [row] = await tx.query<{ ageMs: number }>(
    `SELECT (abs(extract(epoch FROM now() - created_at)) * 1000)::float8 AS "ageMs" FROM message WHERE tenant = $1 AND person = $2 AND id = $3 AND status IN ('queued', 'running')`,
    [...owner(tx), messageId],
  );
  return row?.ageMs ?? null;
}

export async function markRunning(tx: PersonTx, messageId: string): Promise<boolean> {
  const rows = await tx.query(`UPDATE message SET status = 'running' WHERE tenant = $1 AND person = $2 AND id = $3 AND status = 'queued' RETURNING id`, [...owner(tx), messageId]);
  return rows.length > 0;
}

/** An answer of which nothing was written yet waits again for somebody to write it. */
export async function markQueued(tx: PersonTx, messageId: string): Promise<boolean> {
  const rows = await tx.query(`UPDATE message SET status = 'queued' WHERE tenant = $1 AND person = $2 AND id = $3 AND status = 'running' RETURNING id`, [...owner(tx), messageId]);
  return rows.length > 0;
}

export interface AnswerTask {
  conversationId: string;
  question: string;
  language: 'de' | 'en';
  status: MessageStatus;
  /** Earlier questions of the conversation, oldest first. */
  history: string[];
}

export async function readAnswerTask(tx: PersonTx, messageId: string): Promise<AnswerTask | null> {
  const [answer] = await tx.query<{ conversation_id: string; language: 'de' | 'en'; status: MessageStatus }>(
    'SELECT conversation_id, language, status FROM message WHERE tenant = $1 AND person = $2 AND id = $3',
    [...owner(tx), messageId],
  );
  if (!answer) return null;
  const questions = await questionsBefore(tx, answer.conversation_id, messageId);
  return { conversationId: answer.conversation_id, question: questions.at(-1) ?? '', language: answer.language, status: answer.status, history: questions.slice(0, -1) };
}

/** The questions of a conversation up to that message, oldest first. */
export async function questionsBefore(tx: PersonTx, conversationId: string, messageId: string | null): Promise<string[]> {
  const rows = await tx.query<{ text: string }>(
    `SELECT t.text FROM message m JOIN message_text t ON t.tenant = m.tenant AND t.message_id = m.id
     WHERE m.tenant = $1 AND m.person = $2 AND m.conversation_id = $3 AND m.role = 'user' AND ($4::uuid IS NULL OR (m.created_at, m.id) <= (SELECT u.created_at, u.id FROM message u WHERE u.tenant = $1 AND u.person = $2 AND u.id = $4::uuid))
     ORDER BY m.created_at, m.id`,
    [...owner(tx), conversationId, messageId],
  );
  return rows.map((row) => row.text);
}

type MessageRow = Omit<Message, 'createdAt' | 'sources' | 'citations' | 'withheld'> & { createdAt: Date; hasText: boolean };

/** Whether it is an answer to the person; those of others are as absent as those that never were. */
export async function isOwnAnswer(tx: PersonTx, messageId: string): Promise<boolean> {
  const rows = await tx.query(`SELECT id FROM message WHERE tenant = $1 AND person = $2 AND id = $3 AND role = 'assistant'`, [...owner(tx), messageId]);
  return rows.length > 0;
}

/** The messages of a conversation, see `readMessage`. */
export function readMessages(tx: PersonTx, conversationId: string): Promise<Message[]> {
  return messagesWhere(tx, 'm.conversation_id = $3', conversationId);
}

/**
 * One message, or null where the person has none of that id. What it says is checked again: an answer that used
 * a document which the person may no longer read is withheld, and sources and citations of such documents do not show.
 */
export async function readMessage(tx: PersonTx, messageId: string): Promise<Message | null> {
  return (await messagesWhere(tx, 'm.id = $3', messageId))[0] ?? null;
}

async function messagesWhere(tx: PersonTx, condition: 'm.conversation_id = $3' | 'm.id = $3', id: string): Promise<Message[]> {
  const rows = await tx.query<MessageRow>(
    `SELECT m.id, m.role, t.text, m.status, m.model, m.claims, m.supported, m.created_at AS "createdAt", m.has_text AS "hasText",
       CASE WHEN f.verdict IS NOT NULL THEN json_build_object('verdict', f.verdict, 'reason', f.reason, 'remark', f.remark, 'withQuestion', f.question IS NOT NULL) END AS feedback
     FROM message m LEFT JOIN feedback f ON f.tenant = m.tenant AND f.message_id = m.id AND f.person = m.person
     LEFT JOIN message_text t ON t.tenant = m.tenant AND t.message_id = m.id
       AND cardinality(t.document_ids) = (SELECT count(*) FROM document d WHERE ${visible('d')} AND d.id = ANY (t.document_ids))
     WHERE m.tenant = $1 AND m.person = $4 AND ${condition} ORDER BY m.created_at, m.id`,
    [...whoAsks(tx), id, tx.scope.person],
  );
  const messages: Message[] = [];
  for (const { hasText, createdAt, ...row } of rows) {
    const withheld = hasText && row.text === null;
    const sources = row.role === 'assistant' ? await readMessageSources(tx, row.id) : [];
    const citations = row.role === 'assistant' && !withheld ? await readCitations(tx, row.id) : [];
    messages.push({ ...row, text: hasText ? row.text : '', withheld, createdAt: createdAt.toISOString(), sources, citations });
  }
  return messages;
}

export function readMessageSources(tx: PersonTx, messageId: string): Promise<Source[]> {
  return tx.query(
    `SELECT s.ordinal, s.document_id AS "documentId", c.name AS corpus, d.path, d.title, s.heading_path AS "headingPath", s.page,
       s.start_offset AS start, s.end_offset AS "end", s.score
     FROM message_source s JOIN document d ON d.tenant = s.tenant AND d.id = s.document_id JOIN corpus c ON c.tenant = d.tenant AND c.id = d.corpus_id
     WHERE ${visible('d')} AND s.person = $4 AND s.message_id = $3 ORDER BY s.ordinal`,
    [...whoAsks(tx), messageId, tx.scope.person],
  );
}

function readCitations(tx: PersonTx, messageId: string): Promise<Citation[]> {
  return tx.query(
    `SELECT q.answer_start AS "answerStart", q.answer_end AS "answerEnd", q.supported, q.source, q.document_id AS "documentId", d.path,
       q.start_offset AS start, q.end_offset AS "end", q.quote
     FROM citation q LEFT JOIN document d ON d.tenant = q.tenant AND d.id = q.document_id AND ${visible('d')}
     WHERE q.tenant = $1 AND q.person = $4 AND q.message_id = $3 AND (q.document_id IS NULL OR d.id IS NOT NULL) ORDER BY q.ordinal`,
    [...whoAsks(tx), messageId, tx.scope.person],
  );
}
