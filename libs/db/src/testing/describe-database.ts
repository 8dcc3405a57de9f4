import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as conversations from '../repositories/conversations.js';
import * as corpora from '../repositories/corpora.js';
import * as documents from '../repositories/documents.js';
import * as imports from '../repositories/imports.js';
import * as outbox from '../repositories/outbox.js';
import * as people from '../repositories/people.js';
import * as retrieval from '../repositories/retrieval.js';
import { denseText, sparseText } from '../vector-text.js';
import { freshTenant, makeCorpus, makeDocument, makeTenant, scopeOf, sketchDocument, sourceOf } from './factories.js';
import type { FreshDatabase } from './fresh-database.js';

const VECTOR = denseText([1, 0, 0]);
const WORD = sparseText({ dimensions: [7], weights: [2] });

/** What every engine must do; each is opened by its own spec. */
export function describeDatabase(name: string, open: () => Promise<FreshDatabase>): void {
  describe(`database on ${name}`, () => {
    let fresh: FreshDatabase;
    beforeAll(async () => {
      fresh = await open();
    }, 120_000);
    afterAll(() => fresh.close());
    const context = (): FreshDatabase => fresh;
    describeTransactions(context);
    describeDocuments(context);
    describeRetrieval(context);
    describeConversations(context);
    describeOperations(context);
  });
}

function describeTransactions(context: () => FreshDatabase): void {
  describe('transactions', () => {
    it('undoes everything when the work throws', async () => {
      const tenant = freshTenant();
      const { database } = context();
      const attempt = database.worker(tenant, async (tx) => {
        await makeCorpus(tx);
        throw new Error('changed my mind');
      });
      await expect(attempt).rejects.toThrow('changed my mind');
      expect(await database.worker(tenant, (tx) => corpora.findCorpus(tx, 'handbook'))).toBeNull();
    });

    it('refuses a transaction inside another one, which would wait for ever', async () => {
      const { database } = context();
      await expect(database.worker('t', () => database.worker('t', async () => 1))).rejects.toMatchObject({ code: 'store.nested_transaction' });
    });

    it('lets nobody use a transaction after its end', async () => {
      const { database } = context();
      const kept = await database.worker('t', async (tx) => tx);
      await expect(kept.query('SELECT 1')).rejects.toMatchObject({ code: 'store.transaction_ended' });
    });

    it('ends one that hangs, and works on', async () => {
      const database = context().open({ transactionMsMax: 100 });
      await expect(database.worker('t', () => new Promise(() => undefined))).rejects.toMatchObject({ code: 'store.timeout', retry: 'later' });
      expect(await database.worker('t', async () => 'on')).toBe('on');
    });

    it('gives each transaction its own role and settings', async () => {
      const { database } = context();
      await database.person(scopeOf('t', 'u'), async () => undefined);
      const settings = `SELECT current_user AS role, nullif(current_setting('app.person', true), '') AS person, nullif(current_setting('app.acl', true), '') AS acl`;
      const [row] = await database.worker('t', (tx) => tx.query(settings));
      expect(row).toEqual({ role: 'kontor_worker', person: null, acl: null });
    });

    it('keeps row contents out of its errors', async () => {
      const { database } = context();
      const tenant = freshTenant();
      const attempt = database.worker(tenant, async (tx) => {
        await makeCorpus(tx, 'secret-name');
        await makeCorpus(tx, 'secret-name');
      });
      const error = await attempt.catch((thrown: Error) => thrown);
      expect(error).toMatchObject({ code: 'store.duplicate', details: { constraint: 'corpus_tenant_name_key' } });
      expect(JSON.stringify([error, (error as Error).message, (error as Error).cause, String((error as Error).cause)])).not.toContain('secret-name');
    });

    it('stores any text without moving a character', async () => {
      const { database } = context();
      const text = 'a\u0000b\ud800c ü 𝄞 \udc00';
      const { tenant, document } = await makeTenant(database, ['g'], { chunks: [text] });
      const found = await database.person(scopeOf(tenant, 'u', 'g'), (tx) => documents.readDocument(tx, document.id));
      expect(found!.text).toBe('a\ufffdb\ufffdc ü 𝄞 \ufffd');
      expect(found!.text).toHaveLength(text.length);
    });
  });
}

function describeDocuments(context: () => FreshDatabase): void {
  describe('documents', () => {
    it('replaces a document at its path: old chunks and words go, the id and what quotes it stay', async () => {
      const { database } = context();
      const { tenant, corpus, document } = await makeTenant(database, ['g'], { chunks: ['alpha beta', 'beta gamma'] });
      const id = await database.worker(tenant, (tx) => documents.replaceDocument(tx, sketchDocument(corpus.id, document.aclId, { readers: [], chunks: ['delta'] })));
      expect(id).toBe(document.id);
      const reader = scopeOf(tenant, 'u', 'g');
      expect(await database.person(reader, (tx) => retrieval.readNeighbours(tx, id, 0, 9))).toMatchObject([{ text: 'delta', ordinal: 0 }]);
      expect(await database.person(reader, (tx) => retrieval.nearestDense(tx, [corpus.id], VECTOR, 9))).toEqual([]);
      const words = await database.worker(tenant, (tx) => corpora.loadVocabulary(tx, corpus.id));
      expect(words).toMatchObject({ chunks: 1, terms: [{ term: 'delta', chunks: 1 }] });
    });

    it('counts each word in how many chunks hold it, and takes exactly that back', async () => {
      const { database } = context();
      const { tenant, corpus } = await makeTenant(database, ['g'], { chunks: ['alpha beta', 'beta'] });
      await database.worker(tenant, (tx) => makeDocument(tx, corpus.id, { path: 'other.md', readers: ['g'], chunks: ['beta'] }));
      const load = () => database.worker(tenant, (tx) => corpora.loadVocabulary(tx, corpus.id));
      expect(await load()).toMatchObject({ chunks: 3, terms: [{ term: 'alpha', chunks: 1 }, { term: 'beta', chunks: 3 }] });
      expect(await database.worker(tenant, (tx) => documents.removeDocument(tx, corpus.id, 'leave.md'))).not.toBeNull();
      expect(await load()).toMatchObject({ chunks: 1, terms: [{ term: 'beta', chunks: 1 }] });
      expect(await database.worker(tenant, (tx) => documents.removeDocument(tx, corpus.id, 'leave.md'))).toBeNull();
    });

    it('leaves no row behind when a document goes', async () => {
      const { database } = context();
      const { tenant, corpus } = await makeTenant(database, ['g']);
      await database.worker(tenant, (tx) => documents.removeDocument(tx, corpus.id, 'leave.md'));
      for (const table of ['document', 'document_text', 'document_term', 'chunk', 'chunk_lexical', 'chunk_dense', 'chunk_pending']) {
        expect(await database.worker(tenant, (tx) => tx.query(`SELECT tenant FROM ${table} WHERE tenant = $1`, [tenant])), table).toEqual([]);
      }
    });

    it('hands out chunks without a vector, shortest first, each until it has one', async () => {
      const { database } = context();
      const { tenant, corpus, document } = await makeTenant(database, ['g']);
      await database.worker(tenant, (tx) => documents.replaceDocument(tx, sketchDocument(corpus.id, document.aclId, { readers: [], chunks: ['a long one', 'short'] })));
      const pending = () => database.worker(tenant, (tx) => documents.pendingEmbeddings(tx, corpus.id, 10));
      const [first, second] = await pending();
      expect([first!.text, second!.text]).toEqual(['Leave: short', 'Leave: a long one']);
      const store = () => database.worker(tenant, (tx) => documents.storeEmbeddings(tx, [{ id: first!.id, dense: VECTOR }]));
      await store();
      // A job that runs twice changes nothing.
      await store();
      expect(await pending()).toEqual([second]);
      expect(await database.worker(tenant, (tx) => documents.countChunks(tx, corpus.id))).toEqual({ chunks: 2, embedded: 1 });
    });

    it('changes who may read a document without touching its index', async () => {
      const { database } = context();
      const { tenant, corpus, document } = await makeTenant(database, ['g']);
      const [former, later] = [scopeOf(tenant, 'u', 'g'), scopeOf(tenant, 'v', 'h')];
      await database.worker(tenant, async (tx) => documents.setDocumentAcl(tx, document.id, await people.internAcl(tx, ['h'])));
      for (const search of [retrieval.nearestDense, retrieval.nearestLexical]) {
        const vector = search === retrieval.nearestDense ? VECTOR : WORD;
        expect(await database.person(former, (tx) => search(tx, [corpus.id], vector, 5))).toEqual([]);
        expect(await database.person(later, (tx) => search(tx, [corpus.id], vector, 5))).toHaveLength(1);
      }
      expect(await database.person(former, (tx) => documents.readDocument(tx, document.id))).toBeNull();
    });
  });
}

function describeRetrieval(context: () => FreshDatabase): void {
  describe('retrieval', () => {
    it('orders by closeness and by weight, and leaves out what shares no word', async () => {
      const { database } = context();
      const { tenant, corpus, document } = await makeTenant(database, ['g'], { dimension: 1 });
      const far = await database.worker(tenant, async (tx) => {
        const made = sketchDocument(corpus.id, document.aclId, { path: 'far.md', readers: [], chunks: ['far'], dimension: 1_000_000_000 });
        await documents.replaceDocument(tx, made);
        await documents.storeEmbeddings(tx, [{ id: made.chunks[0]!.id, dense: denseText([0.6, 0.8, 0]) }]);
        return made;
      });
      const reader = scopeOf(tenant, 'u', 'g');
      const dense = await database.person(reader, (tx) => retrieval.nearestDense(tx, [corpus.id], VECTOR, 9));
      expect(dense.map((hit) => hit.documentId)).toEqual([document.id, far.id]);
      expect(dense.map((hit) => hit.score)).toEqual([expect.closeTo(1), expect.closeTo(0.6)]);
      const query = sparseText({ dimensions: [1_000_000_000], weights: [3] });
      const lexical = await database.person(reader, (tx) => retrieval.nearestLexical(tx, [corpus.id], query, 9));
      expect(lexical).toEqual([{ chunkId: far.chunks[0]!.id, documentId: far.id, score: 3 }]);
    });

    it('shows another tenant nothing, whatever its principals', async () => {
      const { database } = context();
      const { corpus, document } = await makeTenant(database, ['g']);
      const stranger = scopeOf(freshTenant(), 'u', 'g');
      expect(await database.person(stranger, (tx) => retrieval.nearestDense(tx, [corpus.id], VECTOR, 9))).toEqual([]);
      expect(await database.person(stranger, (tx) => documents.readDocument(tx, document.id))).toBeNull();
      expect(await database.person(stranger, (tx) => corpora.visibleCorpora(tx))).toEqual([]);
    });

    it('shows a corpus only to those who may read something in it', async () => {
      const { database } = context();
      const { tenant } = await makeTenant(database, ['g']);
      expect(await database.person(scopeOf(tenant, 'u'), (tx) => corpora.visibleCorpora(tx))).toEqual([]);
      expect(await database.person(scopeOf(tenant, 'u', 'g'), (tx) => corpora.visibleCorpora(tx))).toMatchObject([{ name: 'handbook', documents: 1 }]);
    });

    it('joins the chunks of a source so that an offset in it is an offset in the document', async () => {
      const { database } = context();
      const { tenant, document } = await makeTenant(database, ['g'], { chunks: ['First part.', 'Second part.'] });
      const reader = scopeOf(tenant, 'u', 'g');
      const [source] = await database.person(reader, async (tx) => {
        const conversation = await conversations.createConversation(tx, null);
        const { answerId } = await conversations.addExchange(tx, { conversationId: conversation.id, question: 'q', language: 'en', sources: [{ ...sourceOf(document), end: document.chunks[1]!.end }] });
        return retrieval.readSources(tx, answerId);
      });
      expect(source).toMatchObject({ start: 0, text: document.text });
    });
  });
}

function describeConversations(context: () => FreshDatabase): void {
  const exchange = async (fresh: FreshDatabase) => {
    const { tenant, corpus, document } = await makeTenant(fresh.database, ['g']);
    const reader = scopeOf(tenant, 'u', 'g');
    const conversation = await fresh.database.person(reader, (tx) => conversations.createConversation(tx, 'handbook'));
    const { answerId } = await fresh.database.person(reader, (tx) =>
      conversations.addExchange(tx, { conversationId: conversation.id, question: 'How many days?', language: 'en', sources: [sourceOf(document)] }),
    );
    const citation = { answerStart: 0, answerEnd: 6, supported: true, source: 1, documentId: document.id, path: document.path, start: 0, end: 5, quote: 'Every' };
    const answer = { text: 'Thirty', status: 'answered' as const, model: 'qwen', claims: 1, supported: 1, citations: [citation] };
    const read = (scope = reader) => fresh.database.person(scope, (tx) => conversations.readMessages(tx, conversation.id));
    return { tenant, corpus, document, reader, conversation, answerId, answer, citation, read };
  };

  describe('conversations', () => {
    it('keeps question, sources, answer and citations, and gives them back in order', async () => {
      const { database } = context();
      const { reader, answerId, answer, citation, conversation, document, read } = await exchange(context());
      expect(await database.person(reader, (tx) => conversations.markRunning(tx, answerId))).toBe(true);
      expect(await database.person(reader, (tx) => conversations.finishAnswer(tx, answerId, answer))).toBe(true);
      expect(await read()).toMatchObject([
        { role: 'user', text: 'How many days?', withheld: false, sources: [] },
        { role: 'assistant', text: 'Thirty', withheld: false, status: 'answered', sources: [{ ...sourceOf(document), headingPath: ['Leave'] }], citations: [citation] },
      ]);
      expect(await database.person(reader, (tx) => conversations.listConversations(tx, 9))).toMatchObject([{ id: conversation.id, title: 'How many days?', corpus: 'handbook' }]);
      expect(await database.person(reader, (tx) => conversations.readAnswerTask(tx, answerId))).toMatchObject({ question: 'How many days?', history: [] });
    });

    it('ends an answer once: what came first stays', async () => {
      const { database } = context();
      const { reader, answerId, answer, read } = await exchange(context());
      await database.person(reader, (tx) => conversations.finishAnswer(tx, answerId, { ...answer, text: 'Thir', status: 'stopped', citations: [] }));
      expect(await database.person(reader, (tx) => conversations.finishAnswer(tx, answerId, answer))).toBe(false);
      expect((await read())[1]).toMatchObject({ text: 'Thir', status: 'stopped' });
    });

    it('withholds an answer, its sources and its quotes when the person loses the document, before or after the answer', async () => {
      const { database } = context();
      for (const lost of ['before', 'after']) {
        const { tenant, reader, document, answerId, answer, read } = await exchange(context());
        const lose = () => database.worker(tenant, async (tx) => documents.setDocumentAcl(tx, document.id, await people.internAcl(tx, ['h'])));
        if (lost === 'before') await lose();
        // A sentence that cites nothing may still say what the document says.
        await database.person(reader, (tx) => conversations.finishAnswer(tx, answerId, { ...answer, citations: [] }));
        if (lost === 'after') await lose();
        expect((await read())[1], lost).toMatchObject({ text: null, withheld: true, sources: [], citations: [] });
      }
    });

    it('withholds an answer whose document is gone', async () => {
      const { database } = context();
      const { tenant, corpus, reader, answerId, answer, read } = await exchange(context());
      await database.person(reader, (tx) => conversations.finishAnswer(tx, answerId, answer));
      await database.worker(tenant, (tx) => documents.removeDocument(tx, corpus.id, 'leave.md'));
      expect((await read())[1]).toMatchObject({ text: null, withheld: true, sources: [], citations: [] });
    });

    it('belongs to one person: a colleague with the same rights reads and removes nothing', async () => {
      const { database } = context();
      const { tenant, conversation, answerId, answer, read } = await exchange(context());
      const colleague = scopeOf(tenant, 'v', 'g');
      expect(await read(colleague)).toEqual([]);
      expect(await database.person(colleague, (tx) => conversations.removeConversation(tx, conversation.id))).toBe(false);
      expect(await database.person(colleague, (tx) => conversations.finishAnswer(tx, answerId, answer))).toBe(false);
      expect(await read()).toHaveLength(2);
    });

    it('removes a conversation with everything in it', async () => {
      const { database } = context();
      const { reader, conversation, answerId, answer, read } = await exchange(context());
      await database.person(reader, (tx) => conversations.finishAnswer(tx, answerId, answer));
      expect(await database.person(reader, (tx) => conversations.removeConversation(tx, conversation.id))).toBe(true);
      expect(await read()).toEqual([]);
    });
  });
}

function describeOperations(context: () => FreshDatabase): void {
  describe('operations', () => {
    it('knows a person by what the users files say now', async () => {
      const { database } = context();
      const tenant = freshTenant();
      await database.worker(tenant, async (tx) => {
        const [one, two] = [await makeCorpus(tx, 'one'), await makeCorpus(tx, 'two')];
        await people.replaceUsers(tx, one.id, { implicit_groups: ['everyone'], users: [{ id: 'ada', name: 'Ada', groups: ['hr'], administrator: true }] });
        await people.replaceUsers(tx, two.id, { implicit_groups: [], users: [{ id: 'ada', groups: ['legal'] }, { id: 'bob', groups: [] }] });
        const ada = await people.findScope(tx, 'ada');
        expect(ada!.scope.principals).toEqual(['person:ada', 'one:everyone', 'one:hr', 'two:legal', 'role:administrator']);
        expect(await people.listPeople(tx)).toEqual([{ id: 'ada', name: 'Ada', administrator: true }, { id: 'bob', name: 'bob', administrator: false }]);
        // The next file takes rights away as well as giving them.
        await people.replaceUsers(tx, one.id, { implicit_groups: [], users: [{ id: 'bob', groups: ['hr'] }] });
        expect((await people.findScope(tx, 'ada'))!.scope.principals).toEqual(['person:ada', 'two:legal']);
        expect(await people.findScope(tx, 'eve')).toBeNull();
      });
    });

    it('interns an access set once, whatever the order of its principals', async () => {
      const { database } = context();
      const tenant = freshTenant();
      const ids = await database.worker(tenant, async (tx) => [await people.internAcl(tx, ['b', 'a', 'a']), await people.internAcl(tx, ['a', 'b'])]);
      expect(ids[0]).toBe(ids[1]);
    });

    it('keeps rules and lexicon as their files have them', async () => {
      const { database } = context();
      const tenant = freshTenant();
      await database.worker(tenant, async (tx) => {
        const corpus = await makeCorpus(tx);
        await people.replaceRules(tx, corpus.id, { version: 1, match: 'longest_prefix', groups: ['a', 'b'], prefixes: { '': ['a'], 'pay/': ['a', 'b'] } });
        expect(await people.listRules(tx, corpus.id)).toEqual([{ prefix: '', groups: ['a'] }, { prefix: 'pay/', groups: ['a', 'b'] }]);
        const lexicon = [{ term: 'AU', kind: 'abbreviation', expands: ['Arbeitsunfähigkeit', 'Krankheit'], weight: 1.5 }];
        await corpora.replaceLexicon(tx, corpus.id, lexicon);
        expect((await corpora.loadVocabulary(tx, corpus.id)).lexicon).toEqual(lexicon);
      });
    });

    it('counts a file of an import once, however often it is handled', async () => {
      const { database } = context();
      const tenant = freshTenant();
      const run = await database.worker(tenant, async (tx) => {
        const corpus = await makeCorpus(tx);
        const id = await imports.startRun(tx, corpus.id, corpus.name);
        await imports.recordScan(tx, id, { files: 3, unchanged: 0, removed: 0, waiting: ['a', 'b'], failures: [{ path: 'c', code: 'file.empty', message: 'is empty' }], notices: ['n'] });
        for (let again = 0; again < 2; again += 1) await imports.settleItem(tx, id, 'a', null);
        await imports.settleItem(tx, id, 'b', { code: 'pdf.broken', message: 'is broken' });
        await imports.setRunState(tx, id, 'finished');
        expect(await imports.readFailures(tx, id, 9)).toEqual([{ path: 'b', code: 'pdf.broken', message: 'is broken' }, { path: 'c', code: 'file.empty', message: 'is empty' }]);
        return imports.readRun(tx, id);
      });
      expect(run).toMatchObject({ files: 3, parsed: 1, failed: 2, waiting: 0, state: 'finished', notices: ['n'] });
    });

    it('announces a change with the change, or not at all', async () => {
      const { database } = context();
      const tenant = freshTenant();
      const announce = (fail: boolean) =>
        database.person(scopeOf(tenant, 'u'), async (tx) => {
          await outbox.announce(tx, 'conversation-1', 'question.asked', { messageId: fail ? 'lost' : 'kept', conversationId: 'c' });
          if (fail) throw new Error('undone');
        });
      await announce(true).catch(() => undefined);
      await announce(false);
      const waiting = () => database.worker(tenant, (tx) => outbox.waitingEvents(tx, 9));
      const [event, ...more] = await waiting();
      expect(more).toEqual([]);
      expect(event).toMatchObject({ tenant, type: 'question.asked', payload: { messageId: 'kept' } });
      await database.worker(tenant, (tx) => outbox.markPublished(tx, [event!.id]));
      expect(await waiting()).toEqual([]);
    });
  });
}
