import type { Scope } from '@kontor/contracts';
import type { Database } from '../database.js';
import { makeCorpus, makeDocument, makeTenant, scopeOf } from './factories.js';

export interface TwoCorpora {
  /** May read everything in both. */
  reader: Scope;
  corpusIds: [string, string];
}

/** Chunks as ingestion stores them, but for their texts: word n stands in every hundredth, and each has a vector of its own. */
export async function twoCorpora(database: Database, chunks: number): Promise<TwoCorpora> {
  const { tenant, corpus, document } = await makeTenant(database, ['all']);
  const corpusIds: [string, string] = [corpus.id, ''];
  await database.worker(tenant, async (tx) => {
    const other = await makeDocument(tx, (await makeCorpus(tx, 'other')).id, { readers: ['all'] });
    for (const [corpusId, one, from] of [[corpus.id, document, 0], [other.corpusId, other, chunks]] as const) {
      const fill = (table: string, column: string, value: string) =>
        tx.query(`INSERT INTO ${table} (tenant, chunk_id, document_id, corpus_id, acl_id, ${column}) SELECT $1, md5($2::uuid::text || n)::uuid, $2, $3, $4, ${value} FROM generate_series(${from} + 1, ${from + chunks}) n`, [tenant, one.id, corpusId, one.aclId]);
      await fill('chunk_lexical', 'lexical', `('{' || n % 100 + 1 || ':' || 1 + (n % 97) / 50.0 || ',200:1}/1000000000')::sparsevec`);
      await fill('chunk_dense', 'dense', 'ARRAY[sin(n), sin(n * 1.7), sin(n * 0.3)]::vector');
    }
    corpusIds[1] = other.corpusId;
  });
  return { reader: scopeOf(tenant, 'm', 'all'), corpusIds };
}
