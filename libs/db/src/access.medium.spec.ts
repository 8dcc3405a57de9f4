import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Scope } from '@kontor/contracts';
import type { Database, PersonTx } from './database.js';
import { byIndex, conversations, corpora, documents, evaluations, feedback, imports, instances, outbox, people, projections, type Ranked, retrieval, sparseText, denseText } from './index.js';
import { ensureSearchIndexes } from './postgres/search-indexes.js';
import { DIMENSIONS_USED, drawTenant, mayRead, type TenantModel } from './testing/access-world.js';
import { type FreshDatabase, freshDatabase, partitionedDatabase, postgresMissing, stopTestDatabases, withoutExplicitPredicate } from './testing/index.js';
import { Random } from './testing/random.js';

const SEEDS = [1, 2, 3, 4];
const repositories = { byIndex, conversations, corpora, documents, evaluations, feedback, imports, instances, outbox, people, projections, retrieval };

/** Every way in which a person's transaction reads, with questions drawn at random over everything that there is. */
const readers: Record<string, (tx: PersonTx, world: TenantModel[], random: Random) => Promise<unknown>> = {
  'byIndex.reachOf': async (tx, world) => [...(await byIndex.reachOf(tx, corporaOf(world)))],
  'byIndex.denseByIndex': (tx, world, random) => byIndex.denseByIndex(tx, corporaOf(world), denseText([random.next(), random.next(), 0.1]), 3, 10, 1),
  'byIndex.lexicalByIndex': (tx, world, random) => lexicalByIndex(tx, world, random.pick(DIMENSIONS_USED)),
  'byIndex.denseAmong': (tx, world) => byIndex.denseAmong(tx, corporaOf(world), documentsOf(world).flatMap((one) => one.chunkIds), denseText([1, 0, 0]), 3),
  'conversations.listConversations': (tx) => conversations.listConversations(tx, 100),
  'conversations.findConversation': (tx, world) => each(exchangesOf(world), (one) => conversations.findConversation(tx, one.conversationId)),
  'conversations.readAnswerTask': (tx, world) => each(exchangesOf(world), (one) => conversations.readAnswerTask(tx, one.answerId)),
  'conversations.questionsBefore': (tx, world) => each(exchangesOf(world), (one) => conversations.questionsBefore(tx, one.conversationId, null)),
  'conversations.readMessages': (tx, world) => each(exchangesOf(world), (one) => conversations.readMessages(tx, one.conversationId)),
  'conversations.readMessageSources': (tx, world) => each(exchangesOf(world), (one) => conversations.readMessageSources(tx, one.answerId)),
  'conversations.openSinceMs': (tx, world) => each(exchangesOf(world), async (one) => (await conversations.openSinceMs(tx, one.answerId)) === null),
  'conversations.isOwnAnswer': (tx, world) => each(exchangesOf(world), (one) => conversations.isOwnAnswer(tx, one.answerId)),
  'conversations.readMessage': (tx, world) => each(exchangesOf(world), (one) => conversations.readMessage(tx, one.answerId)),
  'corpora.readableCorpora': (tx) => corpora.readableCorpora(tx),
  'corpora.visibleCorpora': (tx) => corpora.visibleCorpora(tx),
  'documents.readDocument': (tx, world) => each(documentsOf(world), (one) => documents.readDocument(tx, one.id)),
  'retrieval.nearestDense': (tx, world, random) => retrieval.nearestDense(tx, corporaOf(world), denseText([random.next(), random.next(), 0.1]), 1_000),
  'retrieval.nearestLexical': (tx, world, random) => nearestLexical(tx, world, sparseText({ dimensions: [random.pick(DIMENSIONS_USED)], weights: [1] })),
  'retrieval.readChunks': (tx, world) => retrieval.readChunks(tx, documentsOf(world).flatMap((one) => one.chunkIds)),
  'retrieval.readNeighbours': (tx, world) => each(documentsOf(world), (one) => retrieval.readNeighbours(tx, one.id, 0, 9)),
  'retrieval.readSources': (tx, world) => each(exchangesOf(world), (one) => retrieval.readSources(tx, one.answerId)),
};

/** Write as a person; what they return is the person's own. */
const personWrites = ['conversations.addExchange', 'conversations.createConversation', 'conversations.endWithoutText', 'conversations.finishAnswer', 'conversations.markQueued', 'conversations.markRunning', 'conversations.removeConversation', 'feedback.giveFeedback', 'feedback.takeBackFeedback', 'outbox.announce'];

/** Weigh the words of a question; tested below, because they count what their reader may not see. */
const words = ['corpora.loadVocabulary', 'corpora.readLexicon'];

/** Run as Kontor itself, bounded to a tenant: ingestion, administration, sign-in, events. No person's request reaches their results unasked. */
const systemAccess = [
  'corpora.adoptEmbedder', 'corpora.createCorpus', 'corpora.findCorpus', 'corpora.getCorpus', 'corpora.lexiconFoundAt', 'corpora.listCorpora', 'corpora.replaceLexicon', 'corpora.setAccessState',
  'conversations.openAnswers', 'documents.countChunks', 'documents.knownDocuments', 'documents.pendingEmbeddings', 'documents.removeDocument', 'documents.replaceDocument', 'documents.setDocumentAcl', 'documents.storeEmbeddings',
  'imports.isSuperseded', 'imports.keepFile', 'imports.latestRuns', 'imports.openRuns', 'imports.readFailures', 'imports.readLoad', 'imports.readRun', 'imports.recordScan', 'imports.setRunState', 'imports.settleItem', 'imports.startRun', 'imports.takeQuietRuns', 'imports.unusedBeforeMs', 'imports.unusedBlobs', 'imports.waitingFiles',
  'evaluations.lastEvaluations', 'evaluations.recordEvaluation', 'feedback.listFeedback',
  'instances.liveInstances', 'instances.removeInstance', 'instances.reportInstance',
  'outbox.claimEvents', 'outbox.markPublished', 'outbox.readLag', 'outbox.refuseEvent', 'outbox.removePublished', 'outbox.retryRefused', 'outbox.waitingEvents',
  'people.findCaller', 'people.findScope', 'people.hasReaders', 'people.internAcl', 'people.listPeople', 'people.listRules', 'people.replaceRules', 'people.replaceUsers', 'people.ruleAges',
  'projections.countUsage', 'projections.forgetTaken', 'projections.listAudit', 'projections.readUsage', 'projections.recordAudit', 'projections.takeEvent',
];

/** Ask the database nothing. */
const withoutDatabase = ['byIndex.DENSE_INDEX', 'byIndex.ROWS_EXACT_MAX', 'byIndex.WORDS_INDEX', 'byIndex.withDimensions', 'corpora.WITHOUT_VECTORS', 'corpora.isEmbeddedBy', 'projections.usageOf', 'retrieval.bestOf'];

const lexicalByIndex = async (tx: PersonTx, world: TenantModel[], dimension: number) =>
  (await each(corporaOf(world), (id) => byIndex.lexicalByIndex(tx, id, sparseText({ dimensions: [dimension], weights: [1] }), [dimension], 1_000))).flat();
/** Of all, and among all that there are. */
const nearestLexical = async (tx: PersonTx, world: TenantModel[], vector: string) => [
  ...(await retrieval.nearestLexical(tx, corporaOf(world), vector, 1_000)),
  ...(await retrieval.nearestLexical(tx, corporaOf(world), vector, 1_000, documentsOf(world).flatMap((one) => one.chunkIds))),
];
const exchangesOf = (world: TenantModel[]) => world.flatMap((model) => model.exchanges);
const documentsOf = (world: TenantModel[]) => world.flatMap((model) => model.documents);
const corporaOf = (world: TenantModel[]) => world.flatMap((model) => model.corpora.map((corpus) => corpus.id));

async function each<T, R>(values: readonly T[], read: (value: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const value of values) results.push(await read(value));
  return results;
}

it('knows every entry point of the repositories: list a new one above, with the readers where a person reads', () => {
  const exported = Object.entries(repositories).flatMap(([name, module]) => Object.keys(module).map((key) => `${name}.${key}`));
  expect(exported.sort()).toEqual([...Object.keys(readers), ...personWrites, ...words, ...systemAccess, ...withoutDatabase].sort());
});

/** All that a person gets to see, by entry point. */
async function readAll(database: Database, scope: Scope, world: TenantModel[], seed: number): Promise<Record<string, unknown>> {
  return database.person(scope, async (tx) => {
    const seen: Record<string, unknown> = {};
    for (const [name, read] of Object.entries(readers)) seen[name] = tiesInOrder(await read(tx, world, new Random(seed)));
    return seen;
  });
}

/** Which of two equal scores comes first depends on the server's plan, and a wall is part of it. */
function tiesInOrder(result: unknown): unknown {
  const isRanked = (row: unknown): row is Ranked => typeof row === 'object' && row !== null && 'score' in row && 'chunkId' in row;
  return Array.isArray(result) && result.every(isRanked) ? result.toSorted((a, b) => b.score - a.score || (a.chunkId < b.chunkId ? -1 : 1)) : result;
}

/** Words and ids that must not show in anything that this person reads. */
function forbiddenTo(scope: Scope, world: TenantModel[]): string[] {
  const hidden = world.flatMap((model) => model.documents.filter((one) => model.tenant !== scope.tenant || !mayRead(scope, one)));
  const foreign = world.flatMap((model) => model.exchanges.filter((one) => model.tenant !== scope.tenant || one.person !== scope.person));
  return [...hidden.flatMap((one) => [one.id, one.path, ...one.marks, ...one.chunkIds]), ...foreign.flatMap((one) => [one.conversationId, one.answerId, one.questionMark])];
}

function assertNothingForbidden(seen: Record<string, unknown>, scope: Scope, world: TenantModel[]): void {
  const forbidden = forbiddenTo(scope, world);
  for (const [name, result] of Object.entries(seen)) {
    const text = JSON.stringify(result);
    const shown = forbidden.filter((word) => text.includes(word));
    expect(shown, `${name} shows ${scope.person} of ${scope.tenant} what is hidden`).toEqual([]);
  }
}

/** A test that only looks for leaks would pass on a database that shows nothing at all. */
function assertAllReadableShown(seen: Record<string, unknown>, scope: Scope, world: TenantModel[]): void {
  const readable = world.flatMap((model) => model.documents.filter((one) => model.tenant === scope.tenant && mayRead(scope, one)));
  const ids = (rows: unknown): string[] => [...new Set((rows as { documentId: string }[]).map((row) => row.documentId))].sort();
  const expected = readable.map((one) => one.id).sort();
  const chunks = (rows: unknown): string[] => [...new Set((rows as { chunkId: string }[]).map((row) => row.chunkId))].sort();
  const readableChunks = readable.flatMap((one) => one.chunkIds).sort();
  expect(chunks(seen['retrieval.nearestDense'])).toEqual(readableChunks);
  expect(chunks(seen['byIndex.denseAmong'])).toEqual(readableChunks);
  expect(chunks(seen['byIndex.lexicalByIndex'])).toEqual(chunks(seen['retrieval.nearestLexical']));
  expect(ids(seen['retrieval.readChunks'])).toEqual(expected);
  expect((seen['documents.readDocument'] as ({ id: string } | null)[]).flatMap((one) => one?.id ?? []).sort()).toEqual(expected);
  const counted = (seen['corpora.visibleCorpora'] as { documents: number }[]).reduce((sum, corpus) => sum + corpus.documents, 0);
  expect(counted).toBe(expected.length);
  expect(seen['corpora.readableCorpora']).toHaveLength((seen['corpora.visibleCorpora'] as unknown[]).length);
  const own = exchangesOf(world).filter((one) => one.person === scope.person && world.some((model) => model.tenant === scope.tenant && model.exchanges.includes(one)));
  const answers = (seen['conversations.readMessages'] as { id: string; withheld: boolean }[][]).flat().filter((message) => own.some((one) => one.answerId === message.id && message.id));
  for (const { answerId, usedDocuments } of own) {
    const message = answers.find((one) => one.id === answerId)!;
    if (usedDocuments.every((id) => expected.includes(id))) expect(message.withheld).toBe(false);
  }
}

function describeAccess(name: string, open: () => Promise<FreshDatabase>): void {
  describe(`access on ${name}`, () => {
    let fresh: FreshDatabase;
    beforeAll(async () => {
      fresh = await open();
    }, 120_000);
    afterAll(() => fresh.close());

    it.each(SEEDS)('shows nobody anything forbidden, by either wall alone (seed %i)', { timeout: 120_000 }, async (seed) => {
      const random = new Random(seed);
      const world = [await drawTenant(fresh.database, random), await drawTenant(fresh.database, random)];
      if (fresh.engine.name === 'postgres') await ensureSearchIndexes(fresh.owner);
      const unguarded = fresh.openUnguarded();
      for (const scope of world.flatMap((model) => model.people)) {
        const both = await readAll(fresh.database, scope, world, seed);
        assertNothingForbidden(both, scope, world);
        assertAllReadableShown(both, scope, world);
        expect(await withoutExplicitPredicate(() => readAll(fresh.database, scope, world, seed)), 'row-level security alone').toEqual(both);
        expect(await readAll(unguarded, scope, world, seed), 'the explicit predicate alone').toEqual(both);
      }
    });

    it.each(SEEDS)('shows nobody anything forbidden in any table, whatever statement is asked (seed %i)', { timeout: 120_000 }, async (seed) => {
      const random = new Random(seed + 100);
      const world = [await drawTenant(fresh.database, random), await drawTenant(fresh.database, random)];
      for (const scope of world.flatMap((model) => model.people)) {
        const seen = await fresh.database.person(scope, async (tx) => {
          const tables = await tx.query<{ name: string }>(`SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND has_table_privilege(oid, 'SELECT') ORDER BY 1`);
          // Access sets name groups, and the words of a corpus go with it; neither names a document.
          const told = tables.filter(({ name }) => name !== 'acl_set' && name !== 'term');
          expect(told.length).toBeGreaterThan(9);
          return Object.fromEntries(await each(told, async ({ name }) => [name, await tx.query(`SELECT * FROM ${name}`)] as const));
        });
        // Which documents went into an answer stays known to its row, so that losing one withholds the answer.
        seen['message'] = (seen['message'] as Record<string, unknown>[]).map((row) => ({ ...row, document_ids: null }));
        assertNothingForbidden(seen, scope, world);
      }
    });

    it('gives the words of a corpus only to those who may read something in it', async () => {
      const world = [await drawTenant(fresh.database, new Random(9))];
      for (const { id, name } of world[0]!.corpora) {
        const entry = { term: name, kind: 'abbreviation' as const, expands: [name], weight: 1 };
        await fresh.database.worker(world[0]!.tenant, (tx) => corpora.replaceLexicon(tx, id, [entry]));
      }
      for (const scope of [...world[0]!.people, { ...world[0]!.people[0]!, principals: [] }]) {
        for (const corpus of world[0]!.corpora) {
          const visible = world[0]!.documents.some((one) => one.corpusId === corpus.id && mayRead(scope, one));
          const { terms } = await fresh.database.person(scope, (tx) => corpora.loadVocabulary(tx, corpus.id));
          expect(terms.length > 0, `${scope.person} and ${corpus.name}`).toBe(visible);
          const lexicon = await fresh.database.person(scope, (tx) => corpora.readLexicon(tx, [corpus.name]));
          expect(lexicon.length > 0, `the lexicon of ${corpus.name} for ${scope.person}`).toBe(visible);
        }
      }
    });

    it('lets a person write nothing but their own, even with statements of their own making', async () => {
      const world = [await drawTenant(fresh.database, new Random(5))];
      const [scope, other] = world[0]!.people;
      const attempt = (sql: string, parameters: unknown[] = []) => fresh.database.person(scope!, (tx) => tx.query(sql, parameters)).then((rows) => rows.length, (error: { code: string }) => error.code);
      expect(await attempt('UPDATE document SET acl_id = acl_id RETURNING id')).toBe('store.forbidden');
      expect(await attempt('DELETE FROM chunk RETURNING id')).toBe('store.forbidden');
      expect(await attempt('SELECT person FROM membership')).toBe('store.forbidden');
      expect(await attempt('SELECT prefix FROM access_rule')).toBe('store.forbidden');
      expect(await attempt('SELECT embedding_text FROM chunk_pending')).toBe('store.forbidden');
      expect(await attempt('SELECT payload FROM outbox')).toBe('store.forbidden');
      expect(await attempt(`UPDATE message SET model = 'x' WHERE person = $1 RETURNING id`, [other!.person])).toBe(0);
      expect(await attempt(`INSERT INTO conversation (tenant, id, person, title) VALUES ($1, gen_random_uuid(), $2, '') RETURNING id`, [scope!.tenant, other!.person])).toBe('store.forbidden');
    });

    it('shows nothing to a transaction that never said who asks', async () => {
      await drawTenant(fresh.database, new Random(7));
      for (const role of ['kontor_app', 'kontor_worker']) {
        const rows = await fresh.engine.withSession('person', async (session) => {
          await session.script(`BEGIN; SET LOCAL ROLE ${role}`);
          const found = await session.query('SELECT (SELECT count(*)::int FROM document) AS documents, (SELECT count(*)::int FROM chunk_dense) AS vectors, (SELECT count(*)::int FROM message) AS messages');
          await session.script('ROLLBACK');
          return found;
        });
        expect(rows, role).toEqual([{ documents: 0, vectors: 0, messages: 0 }]);
      }
    });

    it('shows the role that asks the index for words nothing else, and of it nothing that is not asked', async () => {
      const world = await drawTenant(fresh.database, new Random(8));
      const scope = world.people[0]!;
      const asSearch = (dimensions: number[], sql: string) =>
        fresh.database.person(scope, async (tx) => {
          const keys = 'SELECT array_agg(lexical_key(corpus::uuid, dimension)) FROM unnest($1::text[]) corpus, unnest($2::integer[]) dimension';
          await tx.query(`SELECT set_config('app.words', (${keys})::text, true), set_config('role', 'kontor_search', true)`, [world.corpora.map((corpus) => corpus.id), dimensions]);
          return tx.query(sql);
        });
      const words = 'SELECT chunk_id FROM chunk_lexical';
      expect(await asSearch([], words)).toEqual([]);
      expect(await asSearch([4], words)).toEqual([]);
      const readable = world.documents.filter((one) => mayRead(scope, one)).flatMap((one) => one.chunkIds);
      const seen = await asSearch(DIMENSIONS_USED, words);
      expect(seen.map((row) => row['chunk_id']).sort()).toEqual(readable.sort());
      for (const table of ['chunk', 'chunk_dense', 'document', 'document_text', 'conversation', 'term', 'acl_set']) {
        await expect(asSearch([3], `SELECT * FROM ${table}`), table).rejects.toMatchObject({ code: 'store.forbidden' });
      }
    });
  });
}

afterAll(stopTestDatabases, 60_000);
describeAccess('PGlite', () => freshDatabase('pglite'));
const missing = await postgresMissing();
if (missing === null) {
  describeAccess('PostgreSQL', () => freshDatabase('postgres'));
  describeAccess('PostgreSQL with partitions', partitionedDatabase);
} else describe.skip(`access on PostgreSQL: skipped, ${missing}`, () => it('needs a server', () => undefined));
