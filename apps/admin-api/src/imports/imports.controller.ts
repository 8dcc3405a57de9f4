import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { CorpusName, ImportRequest, type ImportProgress, type ImportStarted } from '@kontor/contracts';
import { Administrators, Principal, uploads, type Caller } from '@kontor/http';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AuditService } from '../audit/audit.service.js';
import { ADMIN_API_PORTS, type AdminApiPorts } from '../ports.js';

const LISTED_MAX = 20;
const Target = z.object({ corpus: CorpusName });

@Controller('api/admin')
@Administrators()
export class ImportsController {
  constructor(
    @Inject(ADMIN_API_PORTS) private readonly ports: AdminApiPorts,
    @Inject(AuditService) private readonly audit: AuditService,
  ) {}

  @Post('imports')
  @HttpCode(202)
  start(@Principal() caller: Caller, @Body({ schema: ImportRequest }) request: ImportRequest): Promise<ImportStarted> {
    return this.audit.during(caller, 'import.start', request.corpus, () => this.ports.imports.start(request));
  }

  @Get('imports')
  latest(): Promise<ImportProgress[]> {
    return this.ports.imports.latest(LISTED_MAX);
  }

  @Get('imports/:id')
  progress(@Param('id', { schema: z.uuid() }) id: string): Promise<ImportProgress> {
    return this.ports.imports.progress(id);
  }

  @Post('uploads')
  @HttpCode(202)
  upload(@Principal() caller: Caller, @Query({ schema: Target }) target: z.infer<typeof Target>, @Req() request: FastifyRequest): Promise<ImportStarted> {
    return this.audit.during(caller, 'import.upload', target.corpus, () => this.ports.imports.upload(target.corpus, uploads(request)));
  }
}
