import { describe, expect, it } from 'vitest';
import * as corpora from '../../repositories/corpora.js';
import * as documents from '../../repositories/documents.js';
import * as people from '../../repositories/people.js';
import * as retrieval from '../../repositories/retrieval.js';
import { denseText, sparseText } from '../../vector-text.js';
import { makeDocument, makeTenant, scopeOf, sketchDocument } from '../factories.js';
import type { FreshDatabase } from '../fresh-database.js';

const VECTOR = denseText([1, 0, 0]);
const WORD = sparseText({ dimensions: [7], weights: [2] });

export function describeDocuments(context: () => FreshDatabase): void {
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

    it('gives a document back with its layout', async () => {
      const { database } = context();
      const { tenant, document } = await makeTenant(database, ['g'], { chunks: ['alpha beta', 'gamma'] });
      const read = await database.person(scopeOf(tenant, 'u', 'g'), (tx) => documents.readDocument(tx, document.id));
      expect(read).toMatchObject({ text: 'alpha beta\n\ngamma', blocks: [{ kind: 'paragraph', start: 0, end: 10 }, { kind: 'paragraph', start: 12, end: 17 }] });
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
