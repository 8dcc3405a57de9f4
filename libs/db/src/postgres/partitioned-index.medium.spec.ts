import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COPY_SETTINGS } from '../copy/settings.js';
import type { PersonTx } from '../database.js';
import { denseByIndex, lexicalByIndex } from '../repositories/by-index.js';
import { nearestDense, nearestLexical } from '../repositories/retrieval.js';
import { type FreshDatabase, freshDatabase, postgresMissing, stopTestDatabases } from '../testing/index.js';
import { type TwoCorpora, twoCorpora } from '../testing/two-corpora.js';
import { denseText, sparseText } from '../vector-text.js';
import { partitionSearch } from './partition-search.js';
import { ensureSearchIndexes } from './search-indexes.js';

afterAll(stopTestDatabases, 60_000);
const missing = await postgresMissing();
const ROWS = 2_000;
const PARTITIONS = 6;
const VECTOR = denseText([0.3, 0.5, 0.8]);
const QUERY = sparseText({ dimensions: [41, 77], weights: [2, 1] });

describe.skipIf(missing !== null)(missing === null ? 'search in partitions' : `search in partitions: skipped, ${missing}`, () => {
  let fresh: FreshDatabase;
  let world: TwoCorpora;
  let whole: Awaited<ReturnType<typeof search>>;
  beforeAll(async () => {
    fresh = await freshDatabase('postgres');
    world = await twoCorpora(fresh.database, ROWS);
    await ensureSearchIndexes(fresh.owner);
    whole = await search(world.corpusIds);
    await partitionSearch(fresh.owner, PARTITIONS);
  }, 120_000);
  afterAll(() => fresh.close());

  const asReader = <T>(work: (tx: PersonTx) => Promise<T>): Promise<T> => fresh.database.person(world.reader, work);
  const administer = (sql: string) => fresh.openUnguarded().person(world.reader, (tx) => tx.query(sql));
  const ids = (rows: readonly { chunkId: string }[] | null): string[] => (rows ?? []).map((row) => row.chunkId);
  /** The tables and indexes of search that the work scanned, by name. The server counts on from one transaction to the next. */
  const scannedBy = async (tx: PersonTx, work: () => Promise<unknown>): Promise<string[]> => {
    const count = () => tx.query<{ name: string; scans: number }>(`SELECT relname AS name, pg_stat_get_xact_numscans(oid)::integer AS scans FROM pg_class WHERE relname ~ '^chunk_(dense|lexical)' ORDER BY 1`);
    const before = await count();
    await work();
    return (await count()).filter((row, place) => row.scans > before[place]!.scans).map((row) => row.name);
  };
  /** Many chunks hold a word equally often; which of them comes first is the server's to choose. */
  const scores = (rows: readonly { score: number }[]): number[] => rows.map((row) => row.score);
  const search = (corpusIds: string[]) =>
    asReader(async (tx) => ({
      exact: { dense: await nearestDense(tx, corpusIds, VECTOR, 50), lexical: await nearestLexical(tx, corpusIds, QUERY, 50) },
      byIndex: { dense: (await denseByIndex(tx, corpusIds, VECTOR, 3, ROWS, 50))?.slice(0, 50) ?? null, lexical: await lexicalByIndex(tx, corpusIds[0]!, QUERY, [41, 77], 50) },
    }));
  /** The partitions of a table that hold these corpora; two of them may share one. */
  const holding = (table: string, corpusIds: string[]): Promise<string[]> =>
    fresh.owner.withSession('background', async (session) => {
      await session.script(`BEGIN; ${COPY_SETTINGS}`);
      const rows = await session.query<{ name: string }>(`SELECT DISTINCT tableoid::regclass::text AS name FROM ${table} WHERE corpus_id = ANY ($1::uuid[]) ORDER BY 1`, [corpusIds]);
      await session.script('ROLLBACK');
      return rows.map((row) => row.name);
    });
  /** As `p3`, once each; something that is no partition's stays as it is. */
  const partitionsIn = (names: readonly string[]): string[] => [...new Set(names.map((name) => /_(p\d+)(_|$)/.exec(name)?.[1] ?? name))].sort();
  const build = async (): Promise<string[]> => {
    const made: string[] = [];
    await ensureSearchIndexes(fresh.owner, (state, name) => state === 'built' && made.push(name));
    return made;
  };
  const parts = (index: string): string[] => Array.from({ length: PARTITIONS }, (_, place) => `${index}_p${place}`);

  it('is by looking at each row until every partition has its index, and then by those', async () => {
    const before = await search(world.corpusIds);
    expect(before.byIndex.dense).toBeNull();
    expect([before.exact.dense, scores(before.exact.lexical)]).toEqual([whole.exact.dense, scores(whole.exact.lexical)]);
    expect(await build()).toEqual([...parts('chunk_lexical_words'), ...parts('chunk_dense_hnsw_384'), ...parts('chunk_dense_hnsw_3')]);
    expect(await build()).toEqual([]);
    const after = await search(world.corpusIds);
    expect(scores(after.byIndex.lexical)).toEqual(scores(whole.byIndex.lexical));
    expect(ids(after.byIndex.dense).filter((id) => ids(whole.exact.dense).includes(id)).length).toBeGreaterThan(45);
  });

  it('by index touches the indexes of the corpora that it names, and no other', async () => {
    const byIndex = async (kind: RegExp, work: (tx: PersonTx) => Promise<unknown>): Promise<{ asked: string[]; partitions: string[] }> => {
      const touched = await asReader((tx) => scannedBy(tx, () => work(tx)));
      return { asked: touched.filter((name) => kind.test(name)), partitions: partitionsIn(touched) };
    };
    for (const corpusIds of [world.corpusIds, [world.corpusIds[1]]]) {
      const partitions = partitionsIn(await holding('chunk_dense', corpusIds));
      expect(await byIndex(/_hnsw_/, (tx) => denseByIndex(tx, corpusIds, VECTOR, 3, ROWS, 50))).toEqual({ asked: partitions.map((one) => `chunk_dense_hnsw_3_${one}`), partitions });
    }
    for (const corpusId of world.corpusIds) {
      const partitions = partitionsIn(await holding('chunk_lexical', [corpusId]));
      expect(await byIndex(/_words_/, (tx) => lexicalByIndex(tx, corpusId, QUERY, [41, 77], 50))).toEqual({ asked: partitions.map((one) => `chunk_lexical_words_${one}`), partitions });
    }
  });

  it('by looking at each row touches the partitions of the corpora that it names, and no other', async () => {
    for (const corpusIds of [world.corpusIds, [world.corpusIds[0]], [world.corpusIds[1]]]) {
      const touched = async (search: typeof nearestDense, vector: string): Promise<string[]> =>
        partitionsIn(await asReader((tx) => scannedBy(tx, () => search(tx, corpusIds, vector, 50))));
      expect(await touched(nearestDense, VECTOR)).toEqual(partitionsIn(await holding('chunk_dense', corpusIds)));
      expect(await touched(nearestLexical, QUERY)).toEqual(partitionsIn(await holding('chunk_lexical', corpusIds)));
    }
  });

  it('has the index of each partition again where a killed build left some, and a broken one', async () => {
    await administer('DROP INDEX chunk_dense_hnsw_3');
    await administer(`CREATE INDEX chunk_dense_hnsw_3 ON ONLY chunk_dense USING hnsw ((dense::halfvec(3)) halfvec_cosine_ops) WHERE vector_dims(dense) = 3`);
    for (const place of [0, 1]) await administer(`CREATE INDEX chunk_dense_hnsw_3_p${place} ON chunk_dense_p${place} USING hnsw ((dense::halfvec(3)) halfvec_cosine_ops) WHERE vector_dims(dense) = 3`);
    await administer('ALTER INDEX chunk_dense_hnsw_3 ATTACH PARTITION chunk_dense_hnsw_3_p0');
    await administer(`UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'chunk_dense_hnsw_3_p1'::regclass`);
    expect((await search(world.corpusIds)).byIndex.dense).toBeNull();
    expect(await build()).toEqual(parts('chunk_dense_hnsw_3').slice(1));
    expect((await search(world.corpusIds)).byIndex.dense).toHaveLength(50);
    // All are attached, and one of them is broken: it can only go with the others.
    await administer(`UPDATE pg_index SET indisvalid = false WHERE indexrelid IN ('chunk_dense_hnsw_3'::regclass, 'chunk_dense_hnsw_3_p5'::regclass)`);
    expect(await build()).toEqual(parts('chunk_dense_hnsw_3'));
    expect(await build()).toEqual([]);
  });
});
