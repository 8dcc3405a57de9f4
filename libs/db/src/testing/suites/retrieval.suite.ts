import { describe, expect, it } from 'vitest';
import * as conversations from '../../repositories/conversations.js';
import * as corpora from '../../repositories/corpora.js';
import * as documents from '../../repositories/documents.js';
import * as retrieval from '../../repositories/retrieval.js';
import { denseText, sparseText } from '../../vector-text.js';
import { freshTenant, makeTenant, scopeOf, sketchDocument, sourceOf } from '../factories.js';
import type { FreshDatabase } from '../fresh-database.js';

const VECTOR = denseText([1, 0, 0]);

export function describeRetrieval(context: () => FreshDatabase): void {
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
      expect(dense.map((hit) => hit.chunkId)).toEqual([document, far].map((one) => one.chunks[0]!.id));
      expect(dense.map((hit) => hit.score)).toEqual([expect.closeTo(1), expect.closeTo(0.6)]);
      const query = sparseText({ dimensions: [1_000_000_000], weights: [3] });
      const lexical = await database.person(reader, (tx) => retrieval.nearestLexical(tx, [corpus.id], query, 9));
      expect(lexical).toEqual([{ chunkId: far.chunks[0]!.id, corpusId: corpus.id, score: 3 }]);
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
