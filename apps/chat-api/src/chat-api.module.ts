import { Module, type DynamicModule } from '@nestjs/common';
import { AnswersController } from './answers/answers.controller.js';
import { AnswersService } from './answers/answers.service.js';
import { ConversationsController } from './conversations/conversations.controller.js';
import { ConversationsService } from './conversations/conversations.service.js';
import { DocumentsController } from './documents/documents.controller.js';
import { DocumentsService } from './documents/documents.service.js';
import { FeedbackController } from './feedback/feedback.controller.js';
import { FeedbackService } from './feedback/feedback.service.js';
import { CHAT_API_PORTS, type ChatApiPorts } from './ports.js';
import { SearchController } from './search/search.controller.js';
import { SearchService } from './search/search.service.js';
import { CacheKeeper } from './search/cache-keeper.js';
import { ReachCache } from './search/reach.cache.js';
import { VocabularyCache } from './search/vocabulary.cache.js';
import { SessionController } from './session/session.controller.js';
import { SessionService } from './session/session.service.js';

@Module({})
export class ChatApiModule {
  static with(ports: ChatApiPorts): DynamicModule {
    return {
      module: ChatApiModule,
      controllers: [AnswersController, ConversationsController, DocumentsController, FeedbackController, SearchController, SessionController],
      providers: [{ provide: CHAT_API_PORTS, useValue: ports }, AnswersService, CacheKeeper, ConversationsService, DocumentsService, FeedbackService, ReachCache, SearchService, SessionService, VocabularyCache],
    };
  }
}
