import { z } from 'zod';

export const CorpusName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be lower-case letters, digits and hyphens, at most 63');

/** Folder and files are paths on the machine that runs Kontor. */
export const ImportRequest = z.object({
  directory: z.string().min(1).max(4_096),
  corpus: CorpusName,
  accessFile: z.string().min(1).max(4_096).optional(),
  usersFile: z.string().min(1).max(4_096).optional(),
  lexiconFile: z.string().min(1).max(4_096).optional(),
});
export type ImportRequest = z.infer<typeof ImportRequest>;

/** Where `ingestion` in a process of its own takes imports from `admin-api`; nobody else may reach it. */
export const INTERNAL_IMPORTS = 'internal/imports';

/** The answer to an import that began: where its progress can be asked for. */
export const ImportStarted = z.object({ runId: z.string() });
export type ImportStarted = z.infer<typeof ImportStarted>;

const ImportState = z.enum(['scanning', 'parsing', 'embedding', 'finished', 'failed']);
export const ImportFailure = z.object({ path: z.string(), code: z.string(), message: z.string() });
export type ImportFailure = z.infer<typeof ImportFailure>;

export const ImportProgress = z.object({
  runId: z.string(),
  corpus: z.string(),
  state: ImportState,
  files: z.number().int(),
  unchanged: z.number().int(),
  parsed: z.number().int(),
  removed: z.number().int(),
  failed: z.number().int(),
  chunks: z.number().int(),
  embedded: z.number().int(),
  elapsedMs: z.number(),
  chunksPerSecond: z.number().nullable(),
  remainingMs: z.number().nullable(),
  notices: z.array(z.string()),
  failures: z.array(ImportFailure),
});
export type ImportProgress = z.infer<typeof ImportProgress>;

export const ModelStatus = z.object({
  name: z.string(),
  kind: z.enum(['chat', 'embedder']),
  licence: z.string(),
  sizeBytes: z.number(),
  state: z.enum(['absent', 'partial', 'present', 'verified', 'corrupt']),
  active: z.boolean(),
});
export type ModelStatus = z.infer<typeof ModelStatus>;

/** What the page shows about what is missing, with the command that brings it. */
export const Capability = z.object({
  name: z.enum(['chat', 'embedder']), model: z.string().nullable(), ready: z.boolean(), state: z.string(), mend: z.string().nullable(),
  /** How many answers are written at the same time; absent where it is one. */
  parallel: z.number().int().min(1).optional(),
});
export type Capability = z.infer<typeof Capability>;

/** What an administrator did. One that was begun and never ended was broken off. */
export const AuditEntry = z.object({
  id: z.string(),
  actor: z.string(),
  action: z.string(),
  target: z.string(),
  outcome: z.enum(['begun', 'done', 'failed']),
  code: z.string().nullable(),
  begunAt: z.string(),
  endedAt: z.string().nullable(),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

/** Counts of a day in UTC, of all people together; feedback counts on the day of its question. */
export const UsageDay = z.object({
  day: z.string(),
  questions: z.number().int(),
  answered: z.number().int(),
  abstained: z.number().int(),
  stopped: z.number().int(),
  failed: z.number().int(),
  helpful: z.number().int(),
  unhelpful: z.number().int(),
});
export type UsageDay = z.infer<typeof UsageDay>;

/** How full the queues are; `failed` counts the dead letters. */
export const QueueStatus = z.object({ queue: z.string(), waiting: z.number().int(), active: z.number().int(), failed: z.number().int(), waitingMax: z.number().int() });
export type QueueStatus = z.infer<typeof QueueStatus>;

/** A job that failed for good, with the reason in the form `code: message`. */
export const DeadLetter = z.object({ id: z.string(), job: z.string(), reason: z.string(), attempts: z.number().int(), failedAt: z.string() });
export type DeadLetter = z.infer<typeof DeadLetter>;

/** How many dead letters were replayed or discarded. */
export const JobsChanged = z.object({ jobs: z.number().int() });
export type JobsChanged = z.infer<typeof JobsChanged>;

/** Where a copy of the embedded store lies, on the machine of the process that made it. */
export const StoreCopied = z.object({ directory: z.string() });
export type StoreCopied = z.infer<typeof StoreCopied>;
