import type { EvaluationRecord, EvaluationStatus } from '@kontor/contracts';
import { newId } from '@kontor/kernel';
import type { WorkerTx } from '../database.js';

/** Keeps how well search found what it had to; false where there is no such corpus. */
export async function recordEvaluation(tx: WorkerTx, { corpus, questions, recall, reciprocalRank, leaks }: EvaluationRecord): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO evaluation (tenant, id, corpus_id, questions, recall, reciprocal_rank, leaks)
     SELECT tenant, $3, id, $4, $5, $6, $7 FROM corpus WHERE tenant = $1 AND name = $2 RETURNING id`,
    [tx.tenant, corpus, newId(), questions, recall, reciprocalRank, leaks],
  );
  return rows.length > 0;
}

/** The last of each corpus. */
export function lastEvaluations(tx: WorkerTx): Promise<EvaluationStatus[]> {
  return tx.query(
    `SELECT corpus.name AS corpus, last.questions, last.recall, last.reciprocal_rank AS "reciprocalRank", last.leaks,
       (extract(epoch FROM now() - last.measured_at) * 1000)::float8 AS "ageMs"
     FROM corpus CROSS JOIN LATERAL (
       SELECT questions, recall, reciprocal_rank, leaks, measured_at FROM evaluation
       WHERE tenant = $1 AND corpus_id = corpus.id ORDER BY measured_at DESC, id DESC LIMIT 1) AS last
     WHERE corpus.tenant = $1 ORDER BY corpus.name`,
    [tx.tenant],
  );
}
