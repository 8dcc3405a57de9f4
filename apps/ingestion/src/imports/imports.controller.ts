import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { CorpusName, ImportRequest, INTERNAL_IMPORTS, type ImportProgress, type ImportStarted } from '@kontor/contracts';
import { Administrators, uploads } from '@kontor/http';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ImportService } from './import.service.js';
import { UploadService } from './upload.service.js';

const Target = z.object({ corpus: CorpusName });
const Limit = z.object({ limit: z.coerce.number().int().min(1).max(100) });

/** For `admin-api` in another process: the folders are on this machine, and files go to this one's store. */
@Controller(INTERNAL_IMPORTS)
@Administrators()
export class ImportsController {
  constructor(
    @Inject(ImportService) private readonly imports: ImportService,
    @Inject(UploadService) private readonly uploaded: UploadService,
  ) {}

  @Post()
  @HttpCode(202)
  start(@Body({ schema: ImportRequest }) request: ImportRequest): Promise<ImportStarted> {
    return this.imports.start(request);
  }

  @Get()
  latest(@Query({ schema: Limit }) { limit }: z.infer<typeof Limit>): Promise<ImportProgress[]> {
    return this.imports.latest(limit);
  }

  @Get(':id')
  progress(@Param('id', { schema: z.uuid() }) id: string): Promise<ImportProgress> {
    return this.imports.progress(id);
  }

  @Post('uploads')
  @HttpCode(202)
  upload(@Query({ schema: Target }) { corpus }: z.infer<typeof Target>, @Req() request: FastifyRequest): Promise<ImportStarted> {
    return this.uploaded.upload(corpus, uploads(request));
  }
}
