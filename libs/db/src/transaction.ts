import { AppError } from '@kontor/kernel';
import type { Lane, Queryable, Session } from './engine.js';
import { storable } from './storable.js';

export interface TransactionTerms {
  begin: string;
  limitMs: number;
  lane: Lane;
}

const ADDS_ROWS = /^\s*(insert|with)\b/i;

/**
 * Runs `work` between `begin` and COMMIT, or ROLLBACK when it throws. What it hands to `work` stops answering when the
 * transaction ends: a forgotten promise would otherwise write into the next one, under another role.
 */
export async function inTransaction<T>(session: Session, { begin, limitMs, lane }: TransactionTerms, work: (tx: Queryable) => Promise<T>): Promise<T> {
  let open = true;
  const tx: Queryable = {
    query: async (sql, parameters) => {
      if (!open) throw new AppError('store.transaction_ended', { message: 'This transaction has ended. Did you forget to await something inside it?' });
      if (lane === 'background' && ADDS_ROWS.test(sql)) await session.assertSpace();
      return session.query(sql, parameters?.map(storable));
    },
  };
  try {
    await session.script(begin);
    const result = await withinLimit(work(tx), limitMs);
    open = false;
    await commit(session);
    return result;
  } catch (error) {
    open = false;
    // What went wrong first is what the caller must hear; a session that cannot roll back is of no use to anyone.
    await session.script('ROLLBACK').catch(() => session.discard());
    throw error;
  }
}

/** Where the answer to a COMMIT is lost, nobody knows whether it was done; callers repeat work under the same ids. */
async function commit(session: Session): Promise<void> {
  try {
    await session.script('COMMIT');
  } catch (cause) {
    if (!(cause instanceof AppError) || cause.code !== 'store.unreachable') throw cause;
    throw new AppError('store.outcome_unknown', {
      status: 503, retry: 'later', message: 'The connection to the database was lost while saving, so it may or may not be saved. Look before you repeat it.', details: cause.details, cause,
    });
  }
}

async function withinLimit<T>(work: Promise<T>, limitMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new AppError('store.timeout', { status: 503, retry: 'later', message: 'A transaction was open for too long and was undone.', details: { limitMs } })), limitMs);
  });
  try {
    return await Promise.race([work, expired]);
  } finally {
    clearTimeout(timer);
  }
}
