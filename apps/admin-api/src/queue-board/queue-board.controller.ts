import { createReadStream } from 'node:fs';
import { extname } from 'node:path';
import { Controller, Get, Inject, NotFoundException, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HiddenFromOthers } from '@kontor/http';
import type { QueueBoard } from '@kontor/queue';

export const QUEUE_BOARD = Symbol('QueueBoard');
const BASE = '/admin/queues';
const TYPES: Record<string, string> = { '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.json': 'application/json', '.svg': 'image/svg+xml', '.png': 'image/png', '.ico': 'image/x-icon', '.woff2': 'font/woff2' };

/** bull-board for administrators; for everybody else there is nothing at its addresses. It reads: dead letters are run again and forgotten by `kontor jobs` and its API, which record who did it. */
@Controller()
@HiddenFromOthers()
export class QueueBoardController {
  constructor(@Inject(QUEUE_BOARD) private readonly board: QueueBoard) {}

  @Get([BASE, `${BASE}/*`])
  async show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const path = new URL(request.url, 'http://board').pathname.slice(BASE.length);
    if (path.startsWith('/api/')) {
      const answer = await this.board.read(path, request.query as Record<string, unknown>);
      if (!answer) throw new NotFoundException();
      return void (await reply.status(answer.status).send(answer.body));
    }
    if (path.startsWith('/static/')) {
      const file = this.board.file(path.slice(1));
      if (file === undefined) throw new NotFoundException();
      return void (await reply.header('content-type', TYPES[extname(file)] ?? 'application/octet-stream').send(createReadStream(file)));
    }
    // The page names its own base, and its parts style themselves.
    const policy = String(reply.getHeader('content-security-policy')).replace("base-uri 'none'", "base-uri 'self'").replace("style-src 'self'", "style-src 'self' 'unsafe-inline'");
    await reply.headers({ 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy }).send(this.board.page(BASE));
  }
}
