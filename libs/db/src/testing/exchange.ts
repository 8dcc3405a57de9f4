import * as conversations from '../repositories/conversations.js';
import { makeTenant, scopeOf, sourceOf } from './factories.js';
import type { FreshDatabase } from './fresh-database.js';

/** A question about a document, its answer still to come. */
export async function exchange(fresh: FreshDatabase) {
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
}
