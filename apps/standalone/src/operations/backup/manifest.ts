import { z } from 'zod';

export const MANIFEST = 'manifest.json';
export const SAMPLE = 'sample.json';
export const BLOB_LIST = 'blobs.ndjson.gz';
/** The folder of originals is a blob store of its own: each file's name is its content's hash. */
export const BLOBS = 'blobs';
/** Written last: a backup without it is not a whole one. */
export const SUMS = 'SHA256SUMS';
export const tableFile = (name: string): string => `tables/${name}.ndjson.gz`;

export const FORMAT_VERSION = 1;
const Name = z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/);

/** Read before anything else, so that a newer format is told apart from a broken file. */
export const Head = z.object({ format: z.literal('kontor-backup'), formatVersion: z.number().int() });

export const Manifest = Head.extend({
  createdAt: z.iso.datetime(),
  engine: z.enum(['pglite', 'postgres']),
  /** The schema: which migrations had run. */
  migrations: z.array(z.object({ name: z.string(), checksum: z.string() })),
  /** Parents before those that refer to them. */
  tables: z.array(z.object({ name: Name, columns: z.array(Name), rows: z.number().int(), checksum: z.string().regex(/^[0-9a-f]{32}$/) })),
  blobs: z.object({ count: z.number().int(), sizeBytes: z.number(), absent: z.number().int(), damaged: z.number().int() }),
  /** The models that were there, by name and hash; their weights are fetched again. */
  models: z.array(z.object({ name: z.string(), kind: z.string(), active: z.boolean(), files: z.array(z.object({ name: z.string(), sha256: z.string() })) })),
  configuration: z.record(z.string(), z.string()),
  /** What search found of a set of questions, to be found again. */
  recall: z.object({ corpus: z.string(), questionsSha256: z.string(), questions: z.number().int(), hits: z.string(), recall: z.record(z.string(), z.number()) }).nullable(),
});
export type Manifest = z.infer<typeof Manifest>;

const Hit = z.tuple([z.string(), z.number()]);
export const Sample = z.object({
  people: z.array(z.object({ tenant: z.string(), person: z.string(), documents: z.number().int(), checksum: z.string() })),
  searches: z.array(z.object({ tenant: z.string(), person: z.string(), corpora: z.array(z.string()), dense: z.string(), lexical: z.string(), denseHits: z.array(Hit), lexicalHits: z.array(Hit) })),
});

/** A line of the list of originals: the key, and its size, or null where it was not there or not what its name says. */
export const BlobLine = z.tuple([z.string(), z.number().nullable()]);
