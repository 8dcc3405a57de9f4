import type { ImportFailure, ImportProgress } from '@kontor/contracts';
import type { ImportRun } from '@kontor/db';

/** What people see of a run: counts, rate and time left; a rate needs something done, a rest needs a rate. */
export function progressOf(run: ImportRun, counts: { chunks: number; embedded: number }, failures: readonly ImportFailure[], nowMs: number): ImportProgress {
  const endMs = run.finishedAt?.getTime() ?? nowMs;
  const elapsedMs = endMs - run.startedAt.getTime();
  const embeddingMs = run.embeddingAt ? endMs - run.embeddingAt.getTime() : 0;
  const rate = embeddingMs > 1_000 && counts.embedded > 0 ? (counts.embedded * 1_000) / embeddingMs : null;
  const left = rate === null || run.state !== 'embedding' ? null : ((counts.chunks - counts.embedded) * 1_000) / rate;
  return {
    runId: run.id,
    corpus: run.corpus,
    state: run.state,
    files: run.files,
    unchanged: run.unchanged,
    parsed: run.parsed,
    removed: run.removed,
    failed: run.failed,
    chunks: counts.chunks,
    embedded: counts.embedded,
    elapsedMs,
    chunksPerSecond: rate,
    remainingMs: left,
    notices: run.notices,
    failures: [...failures],
  };
}
