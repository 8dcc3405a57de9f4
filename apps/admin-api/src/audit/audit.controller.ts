import { Controller, Get, Inject } from '@nestjs/common';
import type { AuditEntry, UsageDay } from '@kontor/contracts';
import { Administrators, Principal, type Caller } from '@kontor/http';
import { AuditService } from './audit.service.js';

@Controller('api/admin')
@Administrators()
export class AuditController {
  constructor(@Inject(AuditService) private readonly service: AuditService) {}

  @Get('audit')
  entries(@Principal() caller: Caller): Promise<AuditEntry[]> {
    return this.service.entries(caller);
  }

  @Get('usage')
  usage(@Principal() caller: Caller): Promise<UsageDay[]> {
    return this.service.usage(caller);
  }
}
