import { Body, Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import { EvaluationRecord, type EvaluationStatus } from '@kontor/contracts';
import { evaluations } from '@kontor/db';
import { Administrators, Principal, type Caller } from '@kontor/http';
import { AppError } from '@kontor/kernel';
import { ADMIN_API_PORTS, type AdminApiPorts } from '../ports.js';

/** How well search did when it was measured last; `kontor eval` tells it, and the metrics show it. */
@Controller('api/admin/evaluations')
@Administrators()
export class EvaluationsController {
  constructor(@Inject(ADMIN_API_PORTS) private readonly ports: AdminApiPorts) {}

  @Get()
  last(@Principal() { tenant }: Caller): Promise<EvaluationStatus[]> {
    return this.ports.database.worker(tenant, (tx) => evaluations.lastEvaluations(tx));
  }

  @Post()
  @HttpCode(204)
  async record(@Principal() { tenant }: Caller, @Body({ schema: EvaluationRecord }) record: EvaluationRecord): Promise<void> {
    const known = await this.ports.database.worker(tenant, (tx) => evaluations.recordEvaluation(tx, record));
    if (!known) throw new AppError('corpus.unknown', { status: 404, message: `There is no corpus "${record.corpus}".` });
  }
}
