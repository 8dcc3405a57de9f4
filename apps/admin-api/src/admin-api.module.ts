import { Module, type DynamicModule, type FactoryProvider, type ModuleMetadata } from '@nestjs/common';
import { AuditController } from './audit/audit.controller.js';
import { AuditService } from './audit/audit.service.js';
import { DoctorController } from './doctor/doctor.controller.js';
import { EvaluationsController } from './evaluations/evaluations.controller.js';
import { FeedbackController } from './feedback/feedback.controller.js';
import { ImportsController } from './imports/imports.controller.js';
import { JobsController } from './jobs/jobs.controller.js';
import { FirmMetrics } from './metrics/firm-metrics.js';
import { ModelsController } from './models/models.controller.js';
import { ModelsService } from './models/models.service.js';
import type { QueueBoard } from '@kontor/queue';
import { QUEUE_BOARD, QueueBoardController } from './queue-board/queue-board.controller.js';
import { StoreCopiesController } from './store-copies/store-copies.controller.js';
import { ADMIN_API_PORTS, type AdminApiPorts } from './ports.js';
import { Projections } from './projections/projections.js';

/** How the composition makes the ports, from what the modules that it names export. */
type PortsFactory = Pick<ModuleMetadata, 'imports'> & Pick<FactoryProvider<AdminApiPorts>, 'inject' | 'useFactory'>;

@Module({})
export class AdminApiModule {
  /** `board`: the page of the queues, where they lie in Redis. */
  static with({ imports = [], board, ...factory }: PortsFactory & { board?: QueueBoard }): DynamicModule {
    const controllers = [AuditController, DoctorController, EvaluationsController, FeedbackController, ImportsController, JobsController, ModelsController, StoreCopiesController, ...(board ? [QueueBoardController] : [])];
    const providers = [{ provide: ADMIN_API_PORTS, ...factory }, AuditService, FirmMetrics, ModelsService, Projections, ...(board ? [{ provide: QUEUE_BOARD, useValue: board }] : [])];
    return { module: AdminApiModule, imports, controllers, providers };
  }
}
