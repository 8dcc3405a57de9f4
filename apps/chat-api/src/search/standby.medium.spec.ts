import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Scope } from '@kontor/contracts';
import { corpora, documents, migratePostgres, openPostgres, people, retrieval, sparseText, type Database } from '@kontor/db';
import { makeDocument, scopeOf } from '@kontor/db/testing';
import { reasonToSkip, startPostgres, type PostgresServer, type StandbyServer } from '@kontor/services';
import { termDimension } from '@kontor/rag-core';
import { SearchDatabase } from '@kontor/wiring';
import type { ChatApiPorts } from '../ports.js';
import { ReachCache } from './reach.cache.js';
import { SearchService } from './search.service.js';
import { VocabularyCache } from './vocabulary.cache.js';

const missing = await reasonToSkip('postgres');
const TENANT = 'standby';
const WORD = termDimension('print');

describe.skipIf(missing !== null)(missing === null ? 'search on a standby' : `search on a standby: skipped, ${missing}`, () => {
  let primary: PostgresServer;
  let standby: StandbyServer;
  const opened: { close(): Promise<void> }[] = [];
  let database: Database;
  let searchDatabase: SearchDatabase;
  const troubles: string[] = [];
  let reader: Scope;
  let corpusId: string;
  let documentId: string;
  beforeAll(async () => {
    primary = await startPostgres();
    await migratePostgres({ ownerUrl: primary.ownerUrl, serviceUrl: primary.url });
    opened.push((database = await openPostgres({ url: primary.url })));
    reader = scopeOf(TENANT, 'r', 'staff');
    await database.worker(TENANT, async (tx) => {
      corpusId = (await corpora.createCorpus(tx, 'handbook', { embedder: 'none', dimensions: 0, recipe: {} })).id;
      documentId = (await makeDocument(tx, corpusId, { readers: ['staff'], chunks: ['Print both sides.'], dimension: WORD })).id;
    });
    standby = await primary.startStandby();
    opened.push((searchDatabase = new SearchDatabase(() => openPostgres({ url: standby.url }), database, ({ code }) => troubles.push(code))));
  }, 120_000);
  afterAll(async () => {
    for (const one of opened.reverse()) await one.close();
    await standby?.stop();
    await primary?.stop();
  });

  const ports = (): ChatApiPorts => ({ tenant: TENANT, database, searchDatabase, embedder: () => null }) as unknown as ChatApiPorts;
  const find = async (): Promise<string[]> => (await new SearchService(ports(), new VocabularyCache(), new ReachCache()).search(reader, { question: 'print', history: [] })).hits.map((hit) => hit.documentId);
  const allow = (group: string): Promise<void> => database.worker(TENANT, async (tx) => documents.setDocumentAcl(tx, documentId, await people.internAcl(tx, [group])));
  const words = (of: Pick<Database, 'person'>): Promise<unknown[]> => of.person(reader, (tx) => retrieval.nearestLexical(tx, [corpusId], sparseText({ dimensions: [WORD], weights: [1] }), 9));

  it('finds', async () => {
    expect(await find()).toEqual([documentId]);
  });

  it('shows what the primary lets read, though the standby does not know yet', async () => {
    await standby.administer('SELECT pg_wal_replay_pause()');
    await allow('board');
    expect(await words(searchDatabase)).toHaveLength(1);
    expect(await find()).toEqual([]);
    await standby.administer('SELECT pg_wal_replay_resume()');
  });

  it('goes on without it', async () => {
    await standby.kill();
    await allow('staff');
    expect(await find()).toEqual([documentId]);
    expect(troubles).toEqual(['store.unreachable']);
  });
});
