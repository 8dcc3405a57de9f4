import { z } from 'zod';

const Id = z.string().min(1).max(200);

/** A job: the queue it waits in, the shape of its payload, and its limits. */
export interface JobDefinition<Data extends z.ZodType = z.ZodType> {
  queue: string;
  data: Data;
  attempts: number;
  timeoutMs: number;
  backoffMs: number;
  concurrency: number;
  /** How often a job whose worker died is handed to another one. */
  stalledMax: number;
  /** Another worker goes on with it only where nothing of it was seen; its handler knows (`untouched`, `abandons`). */
  untouchedOnly?: true;
  /** A person waits for its end: where its worker dies, they are to hear of it soon. */
  awaited?: true;
  /** So many may wait; then whoever takes in work from outside is told to come back later. */
  waitingMax: number;
  /** Each is a trace of its own that points to where it comes from; without it, it is a part of the trace of who added it. */
  ownTrace?: true;
}

const defineJobs = <T extends Record<string, JobDefinition>>(table: T): T => table;

/** What search knows of how well the passages fit the question; the answer's writer decides by it whether there is an answer. */
export const SearchEvidence = z.object({
  /** How well the best passage holds the question's words, see `matchStrength` of rag-core. */
  lexical: z.number().min(0),
});
export type SearchEvidence = z.infer<typeof SearchEvidence>;

const GenerateAnswer = z.object({ tenant: Id, person: Id, messageId: Id, evidence: SearchEvidence });
const ImportFolder = z.object({ tenant: Id, runId: Id, corpusId: Id, directory: z.string().min(1) });
const IngestDocument = z.object({ tenant: Id, runId: Id, corpusId: Id, path: z.string().min(1), blobKey: Id, contentHash: Id, sizeBytes: z.number().int().min(0) });
const EmbedCorpus = z.object({ tenant: Id, corpusId: Id, runId: Id.optional() });

/** Every job of Kontor. The boot check fails on a name with no handler or with two. */
export const jobs = defineJobs({
  // In a queue of its own, so that documents of earlier folders do not keep a new one waiting to be looked through.
  'folder.import': { queue: 'imports', data: ImportFolder, attempts: 5, timeoutMs: 6 * 3_600_000, backoffMs: 5_000, concurrency: 1, stalledMax: 10, waitingMax: 200 },
  // An import has more documents than a trace has room for.
  'document.ingest': { queue: 'ingestion', data: IngestDocument, attempts: 3, timeoutMs: 600_000, backoffMs: 2_000, concurrency: 2, stalledMax: 2, waitingMax: 1_000_000, ownTrace: true },
  'corpus.embed': { queue: 'embedding', data: EmbedCorpus, attempts: 5, timeoutMs: 24 * 3_600_000, backoffMs: 5_000, concurrency: 1, stalledMax: 10, waitingMax: 10_000, ownTrace: true },
  // Never regenerated silently: a person who saw half an answer is told, not shown another one. Another worker goes on once,
  // and only where no word was seen.
  'answer.generate': { queue: 'inference', data: GenerateAnswer, attempts: 1, timeoutMs: 300_000, backoffMs: 0, concurrency: 1, stalledMax: 1, untouchedOnly: true, awaited: true, waitingMax: 500 },
});
export type Jobs = typeof jobs;
export type JobName = keyof Jobs;
export type JobData<Name extends JobName> = z.infer<Jobs[Name]['data']>;
