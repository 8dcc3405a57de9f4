import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { NewConversation, type Conversation, type ConversationWithMessages } from '@kontor/contracts';
import { Principal, type Caller } from '@kontor/http';
import { z } from 'zod';
import { ConversationsService } from './conversations.service.js';

export const Id = z.uuid();

@Controller('api/conversations')
export class ConversationsController {
  constructor(@Inject(ConversationsService) private readonly service: ConversationsService) {}

  @Get()
  list(@Principal() caller: Caller): Promise<Conversation[]> {
    return this.service.list(caller);
  }

  @Post()
  create(@Principal() caller: Caller, @Body({ schema: NewConversation }) body: NewConversation): Promise<Conversation> {
    return this.service.create(caller, body.corpus ?? null);
  }

  @Get(':id')
  read(@Principal() caller: Caller, @Param('id', { schema: Id }) id: string): Promise<ConversationWithMessages> {
    return this.service.read(caller, id);
  }

  @Delete(':id')
  @HttpCode(204)
  remove(@Principal() caller: Caller, @Param('id', { schema: Id }) id: string): Promise<void> {
    return this.service.remove(caller, id);
  }
}
