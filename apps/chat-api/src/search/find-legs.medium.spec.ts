import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Scope } from '@kontor/contracts';
import { corpora, migratePostgres, openPostgres, type Database } from '@kontor/db';
import { makeDocument, scopeOf } from '@kontor/db/testing';
import { reasonToSkip, startPostgres, type PostgresServer } from '@kontor/services';
import { termDimension } from '@kontor/rag-core';
import type { ChatApiPorts } from '../ports.js';
import { ReachCache, type Reaches } from './reach.cache.js';
import { SearchService } from './search.service.js';
import { VocabularyCache } from './vocabulary.cache.js';

const missing = await reasonToSkip('postgres');
const TENANT = 'wide';
const EMBEDDER = { model: 'test', dimensions: 3, embed: (texts: readonly string[]) => Promise.resolve(texts.map(() => Float32Array.of(1, 0, 0))) };

/** Says of a small corpus that the person may read very much of it. What is found stays the same: it only chooses the way. */
class WideReaches extends ReachCache {
  override reachOf(_tx: unknown, corpusIds: readonly string[]): Promise<Reaches> {
    return Promise.resolve(new Map(corpusIds.map((id) => [id, { rows: 30_000, total: 30_000 }])));
  }
}

describe.skipIf(missing !== null)(missing === null ? 'search of very much' : `search of very much: skipped, ${missing}`, () => {
  let server: PostgresServer;
  let database: Database;
  let reader: Scope;
  beforeAll(async () => {
    server = await startPostgres();
    const migrate = (): Promise<unknown> => migratePostgres({ ownerUrl: server.ownerUrl, serviceUrl: server.url });
    await migrate();
    // A search that held a transaction while it waited for another would wait for ever.
    database = await openPostgres({ url: server.url, connectionsMax: 1 });
    reader = scopeOf(TENANT, 'r', 'staff');
    await database.worker(TENANT, async (tx) => {
      for (const name of ['handbook', 'legal', 'wiki']) {
        const { id } = await corpora.createCorpus(tx, name, { embedder: EMBEDDER.model, dimensions: EMBEDDER.dimensions, recipe: {} });
        for (const word of ['print', 'scan']) {
          await makeDocument(tx, id, { path: `${word}.md`, readers: ['staff'], chunks: [`How to ${word} in ${name}.`], dimension: termDimension(word) });
          await makeDocument(tx, id, { path: `${word}-board.md`, readers: ['board'], chunks: [`How the board may ${word}.`], dimension: termDimension(word) });
        }
      }
    });
    await migrate();
  }, 120_000);
  afterAll(async () => {
    await database?.close();
    await server?.stop();
  });

  const find = async (reaches: ReachCache, question: string, corpus?: string): Promise<unknown> => {
    const ports = { tenant: TENANT, database, embedder: () => EMBEDDER } as unknown as ChatApiPorts;
    const { hits, mode, evidence } = await new SearchService(ports, new VocabularyCache(), reaches).search(reader, { question, corpus, history: ['scan'] });
    return { hits: hits.map(({ corpus: of, path, score }) => [of, path, score]), mode, evidence };
  };

  it('finds by indexes, all at the same time, what looking at each row finds', async () => {
    for (const corpus of [undefined, 'legal']) {
      const exact = (await find(new ReachCache(), 'print', corpus)) as { hits: unknown[]; mode: string };
      expect([exact.mode, exact.hits.length]).toEqual(['hybrid', corpus ? 2 : 6]);
      expect(await find(new WideReaches(), 'print', corpus)).toEqual(exact);
    }
  });
});
