import type { Engine, Session } from '../engine.js';
import { DENSE_INDEX, WORDS_INDEX, withDimensions } from '../repositories/by-index.js';
import { ensurePartitionedIndex, partitionsOf, type SearchIndex } from './partitioned-index.js';

/** Of the embedder that Kontor brings, so that a new database has its index before the first vector. */
const DIMENSIONS_DEFAULT = 384;
/**
 * Documents repeat each other, and with pgvector's 64 the links of a chunk all lead to its own like: of a million, the true
 * ten nearest were found to 78 % with 64 and to 94 % with 200, for twice the time of building.
 */
const EF_CONSTRUCTION = 200;

type OnIndex = (state: 'building' | 'built', name: string) => void;

/**
 * Makes the indexes of search where they are missing, one over vectors for each dimension in use. Over a million chunks
 * that takes minutes, in which nobody waits: searches look at each row until an index is there. Without fast updates a
 * word's list is all there is to read; with them each search would read the changes of a while as well.
 */
export async function ensureSearchIndexes(engine: Engine, onIndex?: OnIndex): Promise<void> {
  await engine.withSession('background', async (session) => {
    const ensure = (index: SearchIndex): Promise<void> => ensureIndex(session, index, onIndex);
    for (const index of await searchIndexes(session)) {
      const partitions = await partitionsOf(session, index.table);
      if (partitions.length === 0) await ensure(index);
      else await ensurePartitionedIndex(session, index, partitions, ensure);
    }
  });
}

/** The indexes that this database is to have for search. */
export async function searchIndexes(session: Session): Promise<SearchIndex[]> {
  const dense = (dimensions: number): SearchIndex => ({
    name: DENSE_INDEX(dimensions), table: 'chunk_dense',
    using: `USING hnsw ((${withDimensions('dense', dimensions)}) halfvec_cosine_ops) WITH (ef_construction = ${EF_CONSTRUCTION}) WHERE vector_dims(dense) = ${dimensions}`,
  });
  const words = { name: WORDS_INDEX, table: 'chunk_lexical', using: 'USING gin (lexical_keys(corpus_id, lexical)) WITH (fastupdate = off)' };
  return [words, ...[...new Set([DIMENSIONS_DEFAULT, ...(await dimensionsInUse(session))])].map(dense)];
}

async function ensureIndex(session: Session, { name, table, using }: SearchIndex, onIndex?: OnIndex): Promise<void> {
  if (await prepare(session, name)) return;
  onIndex?.('building', name);
  await session.script(`CREATE INDEX CONCURRENTLY ${name} ON public.${table} ${using}`);
  onIndex?.('built', name);
}

/** Whether the index is there and whole; what a killed build left is taken away. */
async function prepare(session: Session, name: string): Promise<boolean> {
  const [index] = await session.query<{ valid: boolean }>('SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = to_regclass($1)', [`public.${name}`]);
  if (index?.valid === false) await session.script(`DROP INDEX CONCURRENTLY public.${name}`);
  return index?.valid === true;
}

async function dimensionsInUse(session: Session): Promise<number[]> {
  // The owner sees rows in a transaction that says that it copies, and in no other.
  await session.script(`BEGIN; SET LOCAL app.copying = 'on'`);
  try {
    const rows = await session.query<{ dimensions: number }>('SELECT DISTINCT dimensions FROM generation WHERE dimensions > 0');
    return rows.map((row) => row.dimensions);
  } finally {
    await session.script('ROLLBACK').catch(() => session.discard());
  }
}
