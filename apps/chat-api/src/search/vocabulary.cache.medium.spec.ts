import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Scope } from '@kontor/contracts';
import { corpora, type PersonTx } from '@kontor/db';
import { freshDatabase, makeDocument, makeTenant, scopeOf, stopTestDatabases, type FreshDatabase } from '@kontor/db/testing';
import { VocabularyCache } from './vocabulary.cache.js';

const SLOW_MS = 60;

let fresh: FreshDatabase;
let tenant: string;
let corpusId: string;
let reader: Scope;
beforeAll(async () => {
  fresh = await freshDatabase('pglite');
  const made = await makeTenant(fresh.database, ['staff']);
  [tenant, corpusId, reader] = [made.tenant, made.corpus.id, scopeOf(made.tenant, 'r', 'staff')];
}, 60_000);
afterAll(stopTestDatabases);

/** The database as it is, but for how long it takes. */
const slowed = (tx: PersonTx, ms: number): PersonTx => ({ scope: tx.scope, aclIds: tx.aclIds, query: async (sql, parameters) => pause(ms).then(() => tx.query(sql, parameters)) });
const chunksKnown = (cache: VocabularyCache, ms = 0): Promise<number> =>
  fresh.database.person(reader, async (tx) => (await cache.wordsOf(slowed(tx, ms), (await corpora.readableCorpora(tx))[0]!)).vocabulary.documents);
const grow = (path: string): Promise<unknown> => fresh.database.worker(tenant, (tx) => makeDocument(tx, corpusId, { path, readers: ['staff'] }));

it('knows the words of a document as soon as it is there', async () => {
  const cache = new VocabularyCache();
  const before = await chunksKnown(cache);
  await grow('second.md');
  expect(await chunksKnown(cache)).toBe(before + 1);
});

it('does not read a vocabulary that takes long again with each document, and reads it a while later', async () => {
  const cache = new VocabularyCache();
  const before = await chunksKnown(cache, SLOW_MS);
  await grow('third.md');
  expect(await chunksKnown(cache, SLOW_MS)).toBe(before);
  await expect.poll(() => chunksKnown(cache, SLOW_MS), { timeout: 10_000 }).toBe(before + 1);
});
