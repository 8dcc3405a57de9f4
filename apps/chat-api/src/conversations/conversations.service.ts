import { Inject, Injectable } from '@nestjs/common';
import type { Conversation, ConversationWithMessages, Scope } from '@kontor/contracts';
import { conversations, corpora } from '@kontor/db';
import { AppError } from '@kontor/kernel';
import { CHAT_API_PORTS, type ChatApiPorts } from '../ports.js';
import { corpusUnknown } from '../search/search.service.js';

const LISTED_MAX = 100;

/** A person's own conversations; those of others are as absent as those that never were. */
@Injectable()
export class ConversationsService {
  constructor(@Inject(CHAT_API_PORTS) private readonly ports: ChatApiPorts) {}

  list(scope: Scope): Promise<Conversation[]> {
    return this.ports.database.person(scope, (tx) => conversations.listConversations(tx, LISTED_MAX));
  }

  create(scope: Scope, corpus: string | null): Promise<Conversation> {
    return this.ports.database.person(scope, async (tx) => {
      if (corpus !== null && !(await corpora.readableCorpora(tx)).some(({ name }) => name === corpus)) throw corpusUnknown(corpus);
      return conversations.createConversation(tx, corpus);
    });
  }

  read(scope: Scope, id: string): Promise<ConversationWithMessages> {
    return this.ports.database.person(scope, async (tx) => {
      const conversation = await conversations.findConversation(tx, id);
      if (!conversation) throw absent();
      return { conversation, messages: await conversations.readMessages(tx, id) };
    });
  }

  async remove(scope: Scope, id: string): Promise<void> {
    if (!(await this.ports.database.person(scope, (tx) => conversations.removeConversation(tx, id)))) throw absent();
  }
}

export const absent = (): AppError => new AppError('conversation.unknown', { status: 404, message: 'There is no such conversation.' });
