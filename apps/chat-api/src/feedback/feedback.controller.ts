import { Body, Controller, Delete, HttpCode, Inject, Param, Put } from '@nestjs/common';
import { Feedback } from '@kontor/contracts';
import { Principal, type Caller } from '@kontor/http';
import { Id } from '../conversations/conversations.controller.js';
import { FeedbackService } from './feedback.service.js';

@Controller('api/answers/:id/feedback')
export class FeedbackController {
  constructor(@Inject(FeedbackService) private readonly service: FeedbackService) {}

  @Put()
  @HttpCode(204)
  give(@Principal() caller: Caller, @Param('id', { schema: Id }) id: string, @Body({ schema: Feedback }) body: Feedback): Promise<void> {
    return this.service.give(caller, id, body);
  }

  @Delete()
  @HttpCode(204)
  takeBack(@Principal() caller: Caller, @Param('id', { schema: Id }) id: string): Promise<void> {
    return this.service.takeBack(caller, id);
  }
}
