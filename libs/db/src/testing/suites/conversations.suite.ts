import { newId } from '@kontor/kernel';
import { describe, expect, it } from 'vitest';
import * as conversations from '../../repositories/conversations.js';
import * as documents from '../../repositories/documents.js';
import * as outbox from '../../repositories/outbox.js';
import * as people from '../../repositories/people.js';
import { exchange } from '../exchange.js';
import { scopeOf, sourceOf } from '../factories.js';
import type { FreshDatabase } from '../fresh-database.js';

export function describeConversations(context: () => FreshDatabase): void {
  describe('conversations', () => {
    it('keeps question, sources, answer and citations, and gives them back in order', async () => {
      const { database } = context();
      const { reader, answerId, answer, citation, conversation, document, read } = await exchange(context());
      expect(await database.person(reader, (tx) => conversations.markRunning(tx, answerId))).toBe(true);
      expect(await database.person(reader, (tx) => conversations.finishAnswer(tx, answerId, answer))).toBe(true);
      expect(await read()).toMatchObject([
        { role: 'user', text: 'How many days?', withheld: false, sources: [] },
        { role: 'assistant', text: 'Thirty', withheld: false, status: 'answered', claims: 1, supported: 1, sources: [{ ...sourceOf(document), headingPath: ['Leave'] }], citations: [citation] },
      ]);
      expect(await database.person(reader, (tx) => conversations.listConversations(tx, 9))).toMatchObject([{ id: conversation.id, title: 'How many days?', corpus: 'handbook' }]);
      expect(await database.person(reader, (tx) => conversations.readAnswerTask(tx, answerId))).toMatchObject({ question: 'How many days?', history: [] });
    });

    it('gives one answer back as the conversation does, and knows an answer from a question', async () => {
      const { database } = context();
      const { reader, answerId, answer, read } = await exchange(context());
      await database.person(reader, (tx) => conversations.finishAnswer(tx, answerId, answer));
      const [question, stored] = await read();
      expect(await database.person(reader, (tx) => conversations.readMessage(tx, answerId))).toEqual(stored);
      const own = (id: string) => database.person(reader, (tx) => conversations.isOwnAnswer(tx, id));
      expect([await own(answerId), await own(question!.id)]).toEqual([true, false]);
    });

    it('keeps the order of questions whatever the clocks of processes and of the database do', async () => {
      const { database } = context();
      const { reader, conversation, document, read } = await exchange(context());
      const [ahead, key] = [newId(Date.now() + 7_200_000), [reader.tenant, reader.person]];
      await database.person(reader, async (tx) => {
        await tx.query(
          `INSERT INTO message (tenant, person, id, conversation_id, role, language, status, created_at) VALUES ($1, $2, $3, $4, 'user', 'en', 'answered', now() + interval '1 hour')`,
          [...key, ahead, conversation.id],
        );
        await tx.query(`INSERT INTO message_text (tenant, person, message_id, document_ids, text) VALUES ($1, $2, $3, '{}', 'And of an hour ahead?')`, [...key, ahead]);
      });
      const next = { conversationId: conversation.id, question: 'And for trainees?', language: 'en', sources: [sourceOf(document)] };
      const { answerId } = await database.person(reader, (tx) => conversations.addExchange(tx, next));
      expect((await read()).map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'user', 'assistant']);
      const questions = { question: 'And for trainees?', history: ['How many days?', 'And of an hour ahead?'] };
      expect(await database.person(reader, (tx) => conversations.readAnswerTask(tx, answerId))).toMatchObject(questions);
      // Begun before the clock was set back, or in a conversation that was: of what age it is nobody knows.
      expect(await database.worker(reader.tenant, (tx) => conversations.openAnswers(tx, 30_000))).toEqual([{ messageId: answerId, person: 'u', ahead: true }]);
      expect(await database.person(reader, (tx) => conversations.openSinceMs(tx, answerId))).toBeGreaterThan(3_000_000);
    });

    it('ends and announces an answer once: what came first stays', async () => {
      const { database } = context();
      const { reader, answerId, answer, conversation, read } = await exchange(context());
      await database.person(reader, (tx) => conversations.finishAnswer(tx, answerId, { ...answer, text: 'Thir', status: 'stopped', citations: [] }));
      expect(await database.person(reader, (tx) => conversations.finishAnswer(tx, answerId, answer))).toBe(false);
      expect((await read())[1]).toMatchObject({ text: 'Thir', status: 'stopped' });
      const finished = await database.worker(reader.tenant, (tx) => outbox.waitingEvents(tx, 9));
      expect(finished).toMatchObject([{ type: 'answer.finished', aggregate: conversation.id, payload: { messageId: answerId, status: 'stopped', model: 'qwen' } }]);
    });

    it('tells what stands open and for whom, in this tenant and from a certain age on', async () => {
      const { database } = context();
      const { reader, answerId, answer } = await exchange(context());
      await exchange(context());
      const open = (olderThanMs: number) => database.worker(reader.tenant, (tx) => conversations.openAnswers(tx, olderThanMs));
      expect(await open(60_000)).toEqual([]);
      expect(await open(0)).toEqual([{ messageId: answerId, person: 'u', ahead: false }]);
      await database.person(reader, (tx) => conversations.markRunning(tx, answerId));
      expect(await open(0)).toHaveLength(1);
      await database.person(reader, (tx) => conversations.finishAnswer(tx, answerId, answer));
      expect(await open(0)).toEqual([]);
    });

    it('belongs to one person: a colleague with the same rights reads and removes nothing', async () => {
      const { database } = context();
      const { tenant, conversation, answerId, answer, read } = await exchange(context());
      const colleague = scopeOf(tenant, 'v', 'g');
      expect(await read(colleague)).toEqual([]);
      expect(await database.person(colleague, (tx) => conversations.isOwnAnswer(tx, answerId))).toBe(false);
      expect(await database.person(colleague, (tx) => conversations.readMessage(tx, answerId))).toBeNull();
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

/** Stored words are checked again when they are read. */
export function describeWithholding(context: () => FreshDatabase): void {
  describe('what was said about a document that is out of reach now', () => {
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
  });
}
