import type { Feedback, FeedbackEntry, FeedbackVerdict, MessageStatus } from '@kontor/contracts';
import type { PersonTx, WorkerTx } from '../database.js';
import { questionsBefore } from './conversations.js';
import { announce } from './outbox.js';
import { owner } from './visibility.js';

interface JudgedAnswer {
  conversationId: string;
  status: MessageStatus;
  askedAt: Date;
}

/**
 * Keeps what the person says of an answer, in place of what was said before, and announces it, though not its words.
 * @returns null where the person has no such answer, else whether it was kept: an answer that is not over cannot be judged
 */
export async function giveFeedback(tx: PersonTx, messageId: string, { verdict, reason, remark, withQuestion }: Feedback): Promise<boolean | null> {
  const answer = await lockAnswer(tx, messageId);
  if (!answer) return null;
  if (answer.status === 'queued' || answer.status === 'running') return false;
  const before = await verdictOf(tx, messageId);
  const question = withQuestion ? ((await questionsBefore(tx, answer.conversationId, messageId)).at(-1) ?? null) : null;
  const changed = await tx.query(
    `INSERT INTO feedback AS kept (tenant, person, message_id, verdict, reason, remark, question) VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (tenant, message_id) DO UPDATE SET verdict = excluded.verdict, reason = excluded.reason, remark = excluded.remark, question = excluded.question, given_at = now()
       WHERE (kept.verdict, kept.reason, kept.remark, kept.question) IS DISTINCT FROM (excluded.verdict, excluded.reason, excluded.remark, excluded.question)
     RETURNING message_id`,
    [...owner(tx), messageId, verdict, reason, remark, question],
  );
  if (changed.length > 0) await announce(tx, answer.conversationId, 'feedback.given', { messageId, verdict, before, reason, askedAt: answer.askedAt.toISOString() });
  return true;
}

/** @returns null where the person has no such answer, else whether there was anything to take back */
export async function takeBackFeedback(tx: PersonTx, messageId: string): Promise<boolean | null> {
  const answer = await lockAnswer(tx, messageId);
  if (!answer) return null;
  const [taken] = await tx.query<{ verdict: FeedbackVerdict }>('DELETE FROM feedback WHERE tenant = $1 AND person = $2 AND message_id = $3 RETURNING verdict', [...owner(tx), messageId]);
  if (!taken) return false;
  await announce(tx, answer.conversationId, 'feedback.given', { messageId, verdict: null, before: taken.verdict, reason: null, askedAt: answer.askedAt.toISOString() });
  return true;
}

/** Two judgements of one answer follow each other, so that each announces what it came in place of. */
async function lockAnswer(tx: PersonTx, messageId: string): Promise<JudgedAnswer | undefined> {
  const [answer] = await tx.query<JudgedAnswer>(
    `SELECT conversation_id AS "conversationId", status, created_at AS "askedAt" FROM message WHERE tenant = $1 AND person = $2 AND id = $3 AND role = 'assistant' FOR UPDATE`,
    [...owner(tx), messageId],
  );
  return answer;
}

/** Asked after the lock: joined to it, this would be as it was before the wait. */
async function verdictOf(tx: PersonTx, messageId: string): Promise<FeedbackVerdict | null> {
  const [row] = await tx.query<{ verdict: FeedbackVerdict }>('SELECT verdict FROM feedback WHERE tenant = $1 AND person = $2 AND message_id = $3', [...owner(tx), messageId]);
  return row?.verdict ?? null;
}

/** The latest first, of everybody and without a name. */
export async function listFeedback(tx: WorkerTx, limit: number): Promise<FeedbackEntry[]> {
  const rows = await tx.query<Omit<FeedbackEntry, 'givenAt'> & { givenAt: Date }>(
    `SELECT f.message_id AS "answerId", f.verdict, f.reason, f.remark, f.question, f.given_at AS "givenAt", m.status, m.model, m.claims, m.supported,
       (SELECT coalesce(json_agg(json_build_object('corpus', c.name, 'path', d.path) ORDER BY c.name, d.path), '[]') FROM document d JOIN corpus c ON c.tenant = d.tenant AND c.id = d.corpus_id
         WHERE d.tenant = f.tenant AND d.id = ANY (m.document_ids)) AS documents
     FROM feedback f JOIN message m ON m.tenant = f.tenant AND m.id = f.message_id WHERE f.tenant = $1 ORDER BY f.given_at DESC, f.message_id DESC LIMIT $2`,
    [tx.tenant, limit],
  );
  return rows.map((row) => ({ ...row, givenAt: row.givenAt.toISOString() }));
}
