import type { PersonTx, WorkerTx } from '../database.js';

/** Open imports as they would look a while later, where nothing has moved. */
export const ageRuns = (tx: WorkerTx): Promise<unknown> => tx.query(`UPDATE import_run SET moved_at = moved_at - interval '1 minute' WHERE tenant = $1`, [tx.tenant]);

/** An import whose files count as if none was read, as a queue of an older state takes it. */
export const unsettleRun = (tx: WorkerTx, runId: string): Promise<unknown> => tx.query(`UPDATE import_item SET state = 'waiting' WHERE tenant = $1 AND run_id = $2`, [tx.tenant, runId]);

/** A message of an hour that is still to come, as it stands there after the clock was set back. */
export const putAhead = (tx: PersonTx, messageId: string): Promise<unknown> =>
  tx.query(`UPDATE message SET created_at = now() + interval '1 hour' WHERE tenant = $1 AND person = $2 AND id = $3`, [tx.scope.tenant, tx.scope.person, messageId]);
