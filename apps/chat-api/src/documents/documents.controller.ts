import { basename } from 'node:path';
import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import { PassageRange, type Passage } from '@kontor/contracts';
import { Principal, type Caller } from '@kontor/http';
import type { FastifyReply } from 'fastify';
import { Id } from '../conversations/conversations.controller.js';
import { DocumentsService } from './documents.service.js';

@Controller('api/documents')
export class DocumentsController {
  constructor(@Inject(DocumentsService) private readonly service: DocumentsService) {}

  @Get(':id/passage')
  passage(@Principal() caller: Caller, @Param('id', { schema: Id }) id: string, @Query({ schema: PassageRange }) range: PassageRange): Promise<Passage> {
    return this.service.passage(caller, id, range);
  }

  /** Always a download: an HTML document of the house must not run on Kontor's own address. */
  @Get(':id/original')
  async original(@Principal() caller: Caller, @Param('id', { schema: Id }) id: string, @Res() reply: FastifyReply): Promise<void> {
    const { document, content } = await this.service.original(caller, id);
    const name = encodeURIComponent(basename(document.path));
    await reply.header('content-type', 'application/octet-stream').header('content-disposition', `attachment; filename*=UTF-8''${name}`).send(content);
  }
}
