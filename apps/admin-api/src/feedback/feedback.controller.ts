import { Controller, Get, Inject } from '@nestjs/common';
import type { FeedbackEntry } from '@kontor/contracts';
import { feedback } from '@kontor/db';
import { Administrators, Principal, type Caller } from '@kontor/http';
import { ADMIN_API_PORTS, type AdminApiPorts } from '../ports.js';

const LISTED_MAX = 200;

@Controller('api/admin/feedback')
@Administrators()
export class FeedbackController {
  constructor(@Inject(ADMIN_API_PORTS) private readonly ports: Pick<AdminApiPorts, 'database'>) {}

  /** The latest first. */
  @Get()
  list(@Principal() caller: Caller): Promise<FeedbackEntry[]> {
    return this.ports.database.worker(caller.tenant, (tx) => feedback.listFeedback(tx, LISTED_MAX));
  }
}
