import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Scope } from '@kontor/contracts';
import type { PersonTx } from '../database.js';
import { denseByIndex, lexicalByIndex, reachOf, ROWS_EXACT_MAX } from '../repositories/by-index.js';
import { nearestDense, nearestLexical } from '../repositories/retrieval.js';
import { makeTenant, scopeOf } from '../testing/factories.js';
import { type FreshDatabase, freshDatabase, postgresMissing, stopTestDatabases } from '../testing/index.js';
import { denseText, sparseText } from '../vector-text.js';
import { ensureSearchIndexes } from './search-indexes.js';

afterAll(stopTestDatabases, 60_000);
const missing = await postgresMissing();
const ROWS = ROWS_EXACT_MAX + 5_000;
/** One chunk in this many is readable to the one who reads few. */
const FEW = 250;
const VECTOR = denseText([0.3, 0.5, 0.8]);
const QUERY = sparseText({ dimensions: [41, 77], weights: [2, 1] });

describe.skipIf(missing !== null)(missing === null ? 'indexes of search' : `indexes of search: skipped, ${missing}`, () => {
  let fresh: FreshDatabase;
  let many: Scope;
  let few: Scope;
  let corpusId: string;
  beforeAll(async () => {
    fresh = await freshDatabase('postgres');
    const { tenant, corpus, document } = await makeTenant(fresh.database, ['all']);
    corpusId = corpus.id;
    [many, few] = [scopeOf(tenant, 'm', 'all', 'some'), scopeOf(tenant, 'f', 'some')];
    // Chunks as ingestion stores them, but for their texts: word n stands in every hundredth chunk, and each has a vector of its own.
    await fresh.database.worker(tenant, async (tx) => {
      await tx.query(`INSERT INTO acl_set (tenant, principals) VALUES ($1, '{some}')`, [tenant]);
      const set = `(SELECT id FROM acl_set WHERE tenant = $1 AND principals = CASE WHEN n % ${FEW} = 0 THEN '{some}'::text[] ELSE '{all}'::text[] END)`;
      await tx.query(`INSERT INTO chunk_lexical (tenant, chunk_id, document_id, corpus_id, acl_id, lexical)
        SELECT $1, md5('c' || n)::uuid, $2, $3, ${set}, ('{' || n % 100 + 1 || ':' || 1 + (n % 97) / 50.0 || ',200:1}/1000000000')::sparsevec FROM generate_series(1, ${ROWS}) n`, [tenant, document.id, corpusId]);
      await tx.query(`INSERT INTO chunk_dense (tenant, chunk_id, document_id, corpus_id, acl_id, dense)
        SELECT $1, md5('c' || n)::uuid, $2, $3, ${set}, ARRAY[sin(n), sin(n * 1.7), sin(n * 0.3)]::vector FROM generate_series(1, ${ROWS}) n`, [tenant, document.id, corpusId]);
    });
    await fresh.database.worker(tenant, (tx) => tx.query('UPDATE document SET chunk_count = $2 WHERE tenant = $1', [tenant, ROWS]));
    await ensureSearchIndexes(fresh.owner);
    await fresh.owner.withSession('background', (session) => session.script('ANALYZE chunk_dense; ANALYZE chunk_lexical'));
  }, 120_000);
  afterAll(() => fresh.close());

  const as = <T>(scope: Scope, work: (tx: PersonTx) => Promise<T>): Promise<T> => fresh.database.person(scope, work);
  const ids = (rows: readonly { chunkId: string }[] | null): string[] => (rows ?? []).map((row) => row.chunkId);
  const shared = (found: string[], exact: string[]): number => exact.filter((id) => found.includes(id)).length / exact.length;

  it('are used under row-level security', async () => {
    const scans = async (): Promise<Record<string, unknown>> =>
      Object.fromEntries((await fresh.owner.withSession('background', (session) => session.query<{ name: string; scans: number }>(`SELECT indexrelname AS name, idx_scan::int AS scans FROM pg_stat_user_indexes WHERE indexrelname ~ '_(words|hnsw_3)$'`))).map((row) => [row.name, row.scans]));
    const before = await scans();
    await as(many, async (tx) => {
      await denseByIndex(tx, [corpusId], VECTOR, 3, ROWS, 50);
      await lexicalByIndex(tx, corpusId, QUERY, [41, 77], 50);
      await tx.query('SELECT pg_stat_force_next_flush()');
    });
    await expect.poll(scans).toEqual({ chunk_lexical_words: Number(before['chunk_lexical_words']) + 1, chunk_dense_hnsw_3: Number(before['chunk_dense_hnsw_3']) + 1 });
  });

  it('find what looking at each row finds', async () => {
    await as(many, async (tx) => {
      expect(shared(ids(await denseByIndex(tx, [corpusId], VECTOR, 3, ROWS, 50)), ids(await nearestDense(tx, [corpusId], VECTOR, 50)))).toBeGreaterThan(0.9);
      const exact = await nearestLexical(tx, [corpusId], QUERY, 50);
      const found = await lexicalByIndex(tx, corpusId, QUERY, [41, 77], 50);
      expect(found.map((row) => row.score)).toEqual(exact.map((row) => row.score));
      // The role is the person's own again: a conversation is read by it and by no other.
      expect(await tx.query('SELECT id FROM conversation')).toEqual([]);
    });
  });

  it('say how much somebody may read, and where the scan ended before it had enough', async () => {
    expect((await as(many, (tx) => reachOf(tx, [corpusId]))).get(corpusId)).toEqual({ rows: ROWS, total: 1 });
    expect((await as(few, (tx) => reachOf(tx, [corpusId]))).get(corpusId)).toEqual({ rows: 0, total: 0 });
    await as(few, async (tx) => {
      const found = await denseByIndex(tx, [corpusId], VECTOR, 3, ROWS, 50);
      if (found) expect(ids(found).slice(0, 50)).toEqual(ids(await nearestDense(tx, [corpusId], VECTOR, 50)));
      expect(await denseByIndex(tx, [corpusId], VECTOR, 3, ROWS, ROWS / FEW + 1)).toBeNull();
    });
  });

  it('come again where a killed build left a broken one, and once only', async () => {
    await fresh.openUnguarded().person(many, (tx) => tx.query(`UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'chunk_dense_hnsw_3'::regclass`));
    expect(await as(many, (tx) => denseByIndex(tx, [corpusId], VECTOR, 3, ROWS, 5))).toBeNull();
    const made: string[] = [];
    for (let times = 0; times < 2; times += 1) await ensureSearchIndexes(fresh.owner, (state, name) => state === 'built' && made.push(name));
    expect(made).toEqual(['chunk_dense_hnsw_3']);
  });
});
