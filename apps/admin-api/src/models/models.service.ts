import { Inject, Injectable } from '@nestjs/common';
import { outbox } from '@kontor/db';
import type { Caller } from '@kontor/http';
import { AuditService } from '../audit/audit.service.js';
import { ADMIN_API_PORTS, type AdminApiPorts } from '../ports.js';

@Injectable()
export class ModelsService {
  constructor(
    @Inject(ADMIN_API_PORTS) private readonly ports: AdminApiPorts,
    @Inject(AuditService) private readonly audit: AuditService,
  ) {}

  verify(caller: Caller, name: string): Promise<void> {
    return this.audit.during(caller, 'model.verify', name, () => this.ports.models.verify(name));
  }

  pull(caller: Caller, name: string): Promise<void> {
    return this.audit.during(caller, 'model.pull', name, () => this.ports.models.pull(name));
  }

  /** The choice lies in a file of the home folder, which no transaction covers: it is announced right after it was made. */
  use(caller: Caller, name: string): Promise<void> {
    return this.audit.during(caller, 'model.use', name, async () => {
      const kind = await this.ports.models.use(name);
      await this.ports.database.worker(caller.tenant, (tx) => outbox.announce(tx, kind, 'model.changed', { kind, model: name }));
    });
  }
}
