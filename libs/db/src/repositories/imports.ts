import { newId } from '@kontor/kernel';
import type { ImportFailure } from '@kontor/contracts';
import type { WorkerTx } from '../database.js';

export interface ImportRun {
  id: string;
  corpusId: string;
  corpus: string;
  state: 'scanning' | 'parsing' | 'embedding' | 'finished' | 'failed';
  files: number;
  unchanged: number;
  removed: number;
  parsed: number;
  failed: number;
  waiting: number;
  notices: string[];
  startedAt: Date;
  embeddingAt: Date | null;
  finishedAt: Date | null;
}

/** A file of a run whose outcome is not known yet; with its key once it is kept, an uploaded one from the beginning. */
export interface WaitingFile {
  path: string;
  blobKey?: string;
  sizeBytes?: number;
}
export type KeptFile = Required<WaitingFile>;

export async function startRun(tx: WorkerTx, corpusId: string, corpus: string, { directory, notices = [] }: { directory?: string; notices?: readonly string[] } = {}): Promise<string> {
  const id = newId();
  await tx.query(
    `INSERT INTO import_run (tenant, id, corpus_id, corpus, state, directory, notices, place)
     VALUES ($1, $2, $3, $4, 'scanning', $5, $6, (SELECT coalesce(max(place), 0) + 1 FROM import_run WHERE tenant = $1 AND corpus_id = $3))`,
    [tx.tenant, id, corpusId, corpus, directory ?? null, notices],
  );
  return id;
}

/** Takes note of what the scan found; `failures` are files that never reach a parser. */
export async function recordScan(
  tx: WorkerTx,
  runId: string,
  scan: { files: number; unchanged: number; removed: number; waiting: readonly WaitingFile[]; failures: readonly ImportFailure[]; notices: readonly string[] },
): Promise<void> {
  await tx.query(`UPDATE import_run SET state = 'parsing', moved_at = now(), files = $3, unchanged = $4, removed = $5, notices = notices || $6::text[] WHERE tenant = $1 AND id = $2`, [
    tx.tenant, runId, scan.files, scan.unchanged, scan.removed, scan.notices,
  ]);
  await tx.query(
    `INSERT INTO import_item (tenant, run_id, path, state, blob_key, size_bytes)
     SELECT $1, $2, path, 'waiting', blob_key, size_bytes FROM unnest($3::text[], $4::text[], $5::bigint[]) AS new (path, blob_key, size_bytes)`,
    [tx.tenant, runId, scan.waiting.map((one) => one.path), scan.waiting.map((one) => one.blobKey ?? null), scan.waiting.map((one) => one.sizeBytes ?? null)],
  );
  await tx.query(
    `INSERT INTO import_item (tenant, run_id, path, state, error_code, error_message)
     SELECT $1, $2, path, 'failed', code, message FROM unnest($3::text[], $4::text[], $5::text[]) AS new (path, code, message)`,
    [tx.tenant, runId, scan.failures.map((one) => one.path), scan.failures.map((one) => one.code), scan.failures.map((one) => one.message)],
  );
}

/** Files of a run whose outcome is not known yet. */
export async function waitingFiles(tx: WorkerTx, runId: string): Promise<WaitingFile[]> {
  const rows = await tx.query<{ path: string; blobKey: string | null; sizeBytes: number | null }>(
    `SELECT path, blob_key AS "blobKey", size_bytes::float8 AS "sizeBytes" FROM import_item WHERE tenant = $1 AND run_id = $2 AND state = 'waiting' ORDER BY path`,
    [tx.tenant, runId],
  );
  return rows.map(({ path, blobKey, sizeBytes }) => (blobKey === null || sizeBytes === null ? { path } : { path, blobKey, sizeBytes }));
}

/** Notes where a file of a folder is kept, so that it can be queued again without the folder. */
export async function keepFile(tx: WorkerTx, runId: string, { path, blobKey, sizeBytes }: KeptFile): Promise<void> {
  await tx.query('UPDATE import_item SET blob_key = $4, size_bytes = $5 WHERE tenant = $1 AND run_id = $2 AND path = $3', [tx.tenant, runId, path, blobKey, sizeBytes]);
}

/**
 * Whether a file of this run need not be read any more: it was, or a later import of the corpus has read it, or a later look
 * through the folder did not find it. A job that comes late must neither bring an older version back nor what was removed.
 */
export async function isSuperseded(tx: WorkerTx, { runId, corpusId, path }: { runId: string; corpusId: string; path: string }): Promise<boolean> {
  const [row] = await tx.query<{ superseded: boolean }>(
    `WITH own AS (SELECT place, directory FROM import_run WHERE tenant = $1 AND id = $2),
       later AS (SELECT r.id, r.directory, r.state, i.state AS item FROM own JOIN import_run r ON r.tenant = $1 AND r.corpus_id = $3 AND r.place > own.place
         LEFT JOIN import_item i ON i.tenant = r.tenant AND i.run_id = r.id AND i.path = $4)
     SELECT EXISTS (SELECT FROM import_item WHERE tenant = $1 AND run_id = $2 AND path = $4 AND state = 'parsed')
       OR EXISTS (SELECT FROM later WHERE item = 'parsed')
       OR (EXISTS (SELECT FROM later, own WHERE own.directory IS NOT NULL AND later.directory IS NOT NULL AND later.state IN ('parsing', 'embedding', 'finished') AND item IS NULL)
         AND NOT EXISTS (SELECT FROM document WHERE tenant = $1 AND corpus_id = $3 AND path = $4)) AS superseded`,
    [tx.tenant, runId, corpusId, path],
  );
  return row!.superseded;
}

export interface OpenRun {
  id: string;
  corpusId: string;
  state: ImportRun['state'];
  directory: string | null;
  startedAt: Date;
}

/** The earlier of two times, in milliseconds: so long ago by the database's clock, and the start of the oldest open run. */
export async function unusedBeforeMs(tx: WorkerTx, ageMs: number): Promise<number> {
  const [row] = await tx.query<{ beforeMs: number }>(
    `SELECT (extract(epoch FROM least(now() - $2 * interval '1 millisecond', min(started_at))) * 1000)::float8 AS "beforeMs" FROM import_run WHERE tenant = $1 AND finished_at IS NULL`,
    [tx.tenant, ageMs],
  );
  return row!.beforeMs;
}

const OPEN = 'id, corpus_id AS "corpusId", state, directory, started_at AS "startedAt"';

/** The runs that have not come to their end, oldest first. */
export function openRuns(tx: WorkerTx): Promise<OpenRun[]> {
  return tx.query(`SELECT ${OPEN} FROM import_run WHERE tenant = $1 AND finished_at IS NULL ORDER BY started_at, id`, [tx.tenant]);
}

const TIMED_RUNS = 10;

/** How many runs are under way or wait, and how long the last ones took; null where none has finished. */
export async function readLoad(tx: WorkerTx): Promise<{ open: number; meanMs: number | null }> {
  const [load] = await tx.query<{ open: number; meanMs: number | null }>(
    `SELECT (SELECT count(*)::int FROM import_run WHERE tenant = $1 AND finished_at IS NULL) AS open,
       (SELECT (extract(epoch FROM avg(took)) * 1000)::float8
        FROM (SELECT finished_at - started_at AS took FROM import_run WHERE tenant = $1 AND state = 'finished' ORDER BY finished_at DESC LIMIT ${TIMED_RUNS}) AS last) AS "meanMs"`,
    [tx.tenant],
  );
  return load!;
}

/**
 * The open runs of which nothing has moved for so long, by the database's clock; from then on they count as moved, so that
 * of several who look one takes them. A clock that was set back leaves a time ahead of itself, which counts as long ago.
 */
export function takeQuietRuns(tx: WorkerTx, quietMs: number): Promise<OpenRun[]> {
  return tx.query(
    `UPDATE import_run SET moved_at = clock_timestamp()
     WHERE tenant = $1 AND finished_at IS NULL AND (moved_at <= clock_timestamp() - make_interval(secs => $2::float8 / 1000) OR moved_at > clock_timestamp() + interval '1 minute')
     RETURNING ${OPEN}`,
    [tx.tenant, quietMs],
  );
}

/** Which of these blobs no document was read from and no upload waits for. */
export async function unusedBlobs(tx: WorkerTx, keys: readonly string[]): Promise<string[]> {
  const rows = await tx.query<{ key: string }>(
    `SELECT key FROM unnest($2::text[]) AS listed (key)
     WHERE NOT EXISTS (SELECT FROM document d WHERE d.tenant = $1 AND d.blob_key = listed.key)
       AND NOT EXISTS (SELECT FROM import_item i WHERE i.tenant = $1 AND i.state = 'waiting' AND i.blob_key = listed.key)`,
    [tx.tenant, keys],
  );
  return rows.map(({ key }) => key);
}

/**
 * Notes the outcome of a file; one that was read stays read, whatever failed afterwards. Tells how the run stands then, one
 * caller after the other, so that one of them sees the last file.
 */
export async function settleItem(tx: WorkerTx, runId: string, path: string, failure: { code: string; message: string } | null): Promise<{ state: ImportRun['state']; waiting: boolean } | null> {
  const [run] = await tx.query<{ state: ImportRun['state'] }>('UPDATE import_run SET moved_at = now() WHERE tenant = $1 AND id = $2 RETURNING state', [tx.tenant, runId]);
  await tx.query(`UPDATE import_item SET state = $4, error_code = $5, error_message = $6 WHERE tenant = $1 AND run_id = $2 AND path = $3 AND state <> 'parsed'`, [
    tx.tenant, runId, path, failure ? 'failed' : 'parsed', failure?.code ?? null, failure?.message ?? null,
  ]);
  const waiting = await tx.query(`SELECT path FROM import_item WHERE tenant = $1 AND run_id = $2 AND state = 'waiting' LIMIT 1`, [tx.tenant, runId]);
  return run ? { state: run.state, waiting: waiting.length > 0 } : null;
}

/** A run that has ended stays as it ended, though a job of it comes again. */
export async function setRunState(tx: WorkerTx, runId: string, state: ImportRun['state'], notice?: string): Promise<void> {
  await tx.query(
    `UPDATE import_run SET state = $3, moved_at = now(), notices = notices || $4::text[],
       embedding_at = CASE WHEN $3 = 'embedding' THEN now() ELSE embedding_at END,
       finished_at = CASE WHEN $3 IN ('finished', 'failed') THEN now() ELSE finished_at END
     WHERE tenant = $1 AND id = $2 AND finished_at IS NULL`,
    [tx.tenant, runId, state, notice === undefined ? [] : [notice]],
  );
}

const RUN = `r.id, r.corpus_id AS "corpusId", r.corpus, r.state, r.files, r.unchanged, r.removed, r.notices, r.started_at AS "startedAt", r.embedding_at AS "embeddingAt",
  r.finished_at AS "finishedAt", count(i.path) FILTER (WHERE i.state = 'parsed')::integer AS parsed, count(i.path) FILTER (WHERE i.state = 'failed')::integer AS failed,
  count(i.path) FILTER (WHERE i.state = 'waiting')::integer AS waiting`;
const ITEMS = 'LEFT JOIN import_item i ON i.tenant = r.tenant AND i.run_id = r.id';

export async function readRun(tx: WorkerTx, runId: string): Promise<ImportRun | null> {
  const [row] = await tx.query<ImportRun>(`SELECT ${RUN} FROM import_run r ${ITEMS} WHERE r.tenant = $1 AND r.id = $2 GROUP BY r.tenant, r.id`, [tx.tenant, runId]);
  return row ?? null;
}

export function latestRuns(tx: WorkerTx, limit: number): Promise<ImportRun[]> {
  // The runs first: the files of all that ever were would be counted otherwise.
  return tx.query(
    `SELECT ${RUN} FROM import_run r ${ITEMS} WHERE r.tenant = $1 AND r.id IN (SELECT id FROM import_run WHERE tenant = $1 ORDER BY started_at DESC, id DESC LIMIT $2)
     GROUP BY r.tenant, r.id ORDER BY r.started_at DESC, r.id DESC`,
    [tx.tenant, limit],
  );
}

export function readFailures(tx: WorkerTx, runId: string, limit: number): Promise<ImportFailure[]> {
  return tx.query(
    `SELECT path, error_code AS code, error_message AS message FROM import_item WHERE tenant = $1 AND run_id = $2 AND state = 'failed' ORDER BY path LIMIT $3`,
    [tx.tenant, runId, limit],
  );
}
