import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { people } from '@kontor/db';
import { gauge, onScrape } from '@kontor/observability';
import { ADMIN_API_PORTS, type AdminApiPorts } from '../ports.js';

/**
 * What is true of the firm and not of one process: how full the queues are and how old the permissions. Only the
 * administration tells it, so that workers in any number do not repeat it; of several administrations each tells the
 * same, which is why dashboards take the highest.
 */
@Injectable()
export class FirmMetrics implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly ends: (() => void)[] = [];

  constructor(@Inject(ADMIN_API_PORTS) private readonly ports: Pick<AdminApiPorts, 'tenant' | 'database' | 'queue'>) {}

  onApplicationBootstrap(): void {
    const { queue } = this.ports;
    this.ends.push(onScrape(['kontor_queue_jobs', 'kontor_queue_oldest_seconds'], () => readQueues(queue)));
    this.ends.push(onScrape(['kontor_permission_age_seconds'], () => this.permissions()));
  }

  onModuleDestroy(): void {
    for (const end of this.ends.splice(0)) end();
  }

  private async permissions(): Promise<() => void> {
    const { database, tenant } = this.ports;
    const ages = await database.worker(tenant, (tx) => people.ruleAges(tx));
    return () => {
      for (const { corpus, ageMs } of ages) gauge('kontor_permission_age_seconds', { corpus }, ageMs / 1_000);
    };
  }
}

async function readQueues(port: AdminApiPorts['queue']): Promise<() => void> {
  const [statuses, waitsMs] = await Promise.all([port.queues(), port.longestWaitsMs()]);
  return () => {
    for (const { queue, waiting, active, failed } of statuses) {
      for (const [state, jobs] of Object.entries({ waiting, active, failed })) gauge('kontor_queue_jobs', { queue, state }, jobs);
      gauge('kontor_queue_oldest_seconds', { queue }, (waitsMs[queue] ?? 0) / 1_000);
    }
  };
}
