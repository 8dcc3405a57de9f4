import { Body, Controller, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { AskRequest } from '@kontor/contracts';
import { AppError } from '@kontor/kernel';
import { lastEventId, openEventStream, Principal, type Caller } from '@kontor/http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Id } from '../conversations/conversations.controller.js';
import { AnswersService } from './answers.service.js';

/** The AI SDK's clients look for this header. */
const HEADERS = { 'x-vercel-ai-ui-message-stream': 'v1' };

@Controller('api')
export class AnswersController {
  constructor(@Inject(AnswersService) private readonly service: AnswersService) {}

  @Post('conversations/:id/messages')
  async ask(@Principal() caller: Caller, @Param('id', { schema: Id }) id: string, @Body({ schema: AskRequest }) body: AskRequest, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.relay(caller, await this.service.ask(caller, id, body), 0, request, reply);
  }

  @Get('answers/:id/stream')
  async resume(@Principal() caller: Caller, @Param('id', { schema: Id }) id: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.service.settleLost(caller, id);
    await this.relay(caller, id, lastEventId(request) ?? 0, request, reply);
  }

  @Post('answers/:id/stop')
  @HttpCode(204)
  stop(@Principal() caller: Caller, @Param('id', { schema: Id }) id: string): Promise<void> {
    return this.service.stop(caller, id);
  }

  /** The first part is fetched before the reply begins, so that an error still has a status of its own. */
  private async relay(caller: Caller, answerId: string, afterSeq: number, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const gone = new AbortController();
    const parts = this.service.follow(caller, answerId, afterSeq, gone.signal)[Symbol.asyncIterator]();
    let next = await parts.next();
    const stream = openEventStream(request, reply, { headers: HEADERS });
    stream.signal.addEventListener('abort', () => gone.abort(), { once: true });
    try {
      while (!next.done && (await stream.send(next.value.part, next.value.seq))) next = await parts.next();
      if (next.done && !gone.signal.aborted) await stream.send('[DONE]');
    } catch (thrown) {
      const error = AppError.from(thrown);
      await stream.send({ type: 'error', errorText: error.message, code: error.code });
    } finally {
      await parts.return(undefined);
      stream.end();
    }
  }
}
