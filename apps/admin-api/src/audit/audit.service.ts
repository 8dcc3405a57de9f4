import { Inject, Injectable } from '@nestjs/common';
import type { AuditEntry, EventPayload, UsageDay } from '@kontor/contracts';
import { outbox, projections } from '@kontor/db';
import type { Caller } from '@kontor/http';
import { AppError, newId } from '@kontor/kernel';
import { ADMIN_API_PORTS, type AdminApiPorts } from '../ports.js';

const LISTED_MAX = 200;
const DAYS_MAX = 92;

/** Sees to it that nothing is administered without a trace. */
@Injectable()
export class AuditService {
  constructor(@Inject(ADMIN_API_PORTS) private readonly ports: AdminApiPorts) {}

  /**
   * Records who is about to do what, does it, and records how it ended. What cannot be recorded is not done; an entry
   * without an end tells of a process that died amid it.
   */
  async during<Result>(caller: Caller, action: string, target: string, work: () => Promise<Result>): Promise<Result> {
    const entry = { auditId: newId(), actor: caller.person, action, target };
    await this.record(caller, { ...entry, outcome: 'begun', code: null });
    try {
      const result = await work();
      await this.recordEnd(caller, { ...entry, outcome: 'done', code: null });
      return result;
    } catch (thrown) {
      await this.recordEnd(caller, { ...entry, outcome: 'failed', code: AppError.from(thrown).code });
      throw thrown;
    }
  }

  /** The latest first. */
  entries(caller: Caller): Promise<AuditEntry[]> {
    return this.ports.database.worker(caller.tenant, (tx) => projections.listAudit(tx, LISTED_MAX));
  }

  usage(caller: Caller): Promise<UsageDay[]> {
    return this.ports.database.worker(caller.tenant, (tx) => projections.readUsage(tx, DAYS_MAX));
  }

  private record(caller: Caller, payload: EventPayload<'audit.recorded'>): Promise<void> {
    return this.ports.database.worker(caller.tenant, (tx) => outbox.announce(tx, payload.auditId, 'audit.recorded', payload));
  }

  /** What was done is done, whether its end can be noted or not. */
  private async recordEnd(caller: Caller, payload: EventPayload<'audit.recorded'>): Promise<void> {
    await this.record(caller, payload).catch((thrown: unknown) => this.ports.logger.error({ err: thrown, action: payload.action, auditId: payload.auditId }, 'the end of an action was not recorded'));
  }
}
