import { newId } from '@kontor/kernel';
import type { Citation, Conversation, Message, MessageStatus, Source } from '@kontor/contracts';
import type { PersonTx } from '../database.js';
import { visible, whoAsks } from './visibility.js';

const owner = (tx: PersonTx): [string, string] => [tx.scope.tenant, tx.scope.person];
const CONVERSATION = `id, title, corpus, created_at AS "createdAt"`;
type ConversationRow = Omit<Conversation, 'createdAt'> & { createdAt: Date };
const toConversation = (row: ConversationRow): Conversation => ({ ...row, createdAt: row.createdAt.toISOString() });

export async function createConversation(tx: PersonTx, corpus: string | null): Promise<Conversation> {
  const [row] = await tx.query<ConversationRow>(`INSERT INTO conversation (tenant, person, id, title, corpus) VALUES ($1, $2, $3, '', $4) RETURNING ${CONVERSATION}`, [...owner(tx), newId(), corpus]);
  return toConversation(row!);
}

export async function listConversations(tx: PersonTx, limit: number): Promise<Conversation[]> {
  const rows = await tx.query<ConversationRow>(`SELECT ${CONVERSATION} FROM conversation WHERE tenant = $1 AND person = $2 ORDER BY id DESC LIMIT $3`, [...owner(tx), limit]);
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
export async function addExchange(tx: PersonTx, exchange: NewExchange): Promise<{ questionId: string; answerId: string }> {
  // Ids order a conversation, so the answer's must come after the question's.
  const nowMs = Date.now();
  const questionId = newId(nowMs);
  const answerId = newId(nowMs + 1);
  const key = [...owner(tx), exchange.conversationId];
  await tx.query(
    `INSERT INTO message (tenant, person, conversation_id, id, role, text, language, status)
     VALUES ($1, $2, $3, $4, 'user', $5, $6, 'answered'), ($1, $2, $3, $7, 'assistant', '', $6, 'queued')`,
    [...key, questionId, exchange.question, exchange.language, answerId],
  );
  await tx.query(`UPDATE conversation SET title = $4 WHERE tenant = $1 AND person = $2 AND id = $3 AND title = ''`, [...key, exchange.question.slice(0, 80)]);
  for (const source of exchange.sources) {
    await tx.query(
      `INSERT INTO message_source (tenant, person, message_id, ordinal, document_id, heading_path, page, start_offset, end_offset, score) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [...owner(tx), answerId, source.ordinal, source.documentId, source.headingPath, source.page, source.start, source.end, source.score],
    );
  }
  return { questionId, answerId };
}

export interface FinishedAnswer {
  text: string;
  status: MessageStatus;
  model: string | null;
  errorCode?: string;
  claims: number;
  supported: number;
  citations: readonly Citation[];
}

/** Writes the answer once: one that already ended, for example by a stop, stays as it is. */
export async function finishAnswer(tx: PersonTx, messageId: string, answer: FinishedAnswer): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE message SET text = $4, status = $5, model = $6, error_code = $7, claims = $8, supported = $9
     WHERE tenant = $1 AND person = $2 AND id = $3 AND status IN ('queued', 'running') RETURNING id`,
    [...owner(tx), messageId, answer.text, answer.status, answer.model, answer.errorCode ?? null, answer.claims, answer.supported],
  );
  if (rows.length === 0) return false;
  for (const [ordinal, citation] of answer.citations.entries()) {
    await tx.query(
      `INSERT INTO citation (tenant, person, message_id, ordinal, answer_start, answer_end, supported, source, document_id, start_offset, end_offset, quote)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
      [...owner(tx), messageId, ordinal, citation.answerStart, citation.answerEnd, citation.supported, citation.source, citation.documentId, citation.start, citation.end, citation.quote],
    );
  }
  return true;
}

export async function markRunning(tx: PersonTx, messageId: string): Promise<boolean> {
  const rows = await tx.query(`UPDATE message SET status = 'running' WHERE tenant = $1 AND person = $2 AND id = $3 AND status = 'queued' RETURNING id`, [...owner(tx), messageId]);
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

/** The questions of a conversation, oldest first; ids sort by time. */
export async function questionsBefore(tx: PersonTx, conversationId: string, messageId: string | null): Promise<string[]> {
  const rows = await tx.query<{ text: string }>(
    `SELECT text FROM message WHERE tenant = $1 AND person = $2 AND conversation_id = $3 AND role = 'user' AND ($4::uuid IS NULL OR id <= $4::uuid) ORDER BY id`,
    [...owner(tx), conversationId, messageId],
  );
  return rows.map((row) => row.text);
}

type MessageRow = Omit<Message, 'createdAt' | 'sources' | 'citations' | 'withheld'> & { createdAt: Date; hidden: number };

/**
 * The messages of a conversation. What they say is checked again: an answer whose cited documents the person
 * may no longer read is withheld, and sources and citations of such documents do not show.
 */
export async function readMessages(tx: PersonTx, conversationId: string): Promise<Message[]> {
  const rows = await tx.query<MessageRow>(
    `SELECT m.id, m.role, m.text, m.status, m.model, m.created_at AS "createdAt",
       (SELECT count(*)::integer FROM citation q WHERE q.tenant = m.tenant AND q.message_id = m.id AND q.document_id IS NOT NULL
          AND NOT EXISTS (SELECT FROM document d WHERE ${visible('d')} AND d.id = q.document_id)) AS hidden
     FROM message m WHERE m.tenant = $1 AND m.person = $4 AND m.conversation_id = $3 ORDER BY m.id`,
    [...whoAsks(tx), conversationId, tx.scope.person],
  );
  const messages: Message[] = [];
  for (const { hidden, createdAt, ...row } of rows) {
    const withheld = hidden > 0;
    const sources = row.role === 'assistant' ? await readMessageSources(tx, row.id) : [];
    const citations = row.role === 'assistant' && !withheld ? await readCitations(tx, row.id) : [];
    messages.push({ ...row, text: withheld ? null : row.text, withheld, createdAt: createdAt.toISOString(), sources, citations });
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
