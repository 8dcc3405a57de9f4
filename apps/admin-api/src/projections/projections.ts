import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { EventType, KontorEvent } from '@kontor/contracts';
import { projections, type WorkerTx } from '@kontor/db';
import { ADMIN_API_PORTS, type AdminApiPorts } from '../ports.js';

const CONSUMER = 'administration';
const FORGET_EVERY_MS = 86_400_000;
/** Longer than topics keep events and dead letters: until then one may come again. */
const TAKEN_KEPT_MS = 100 * 86_400_000;

/** Makes the tables of audit and usage from events, each event once: the note that it was taken lies in the same transaction. */
@Injectable()
export class Projections implements OnApplicationBootstrap, OnModuleDestroy {
  private unsubscribe: (() => void)[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(@Inject(ADMIN_API_PORTS) private readonly ports: AdminApiPorts) {}

  onApplicationBootstrap(): void {
    this.on('audit.recorded', projections.recordAudit);
    this.on('question.asked', (tx, event) => projections.countUsage(tx, event.createdAt, 'questions'));
    this.on('answer.finished', async (tx, event) => {
      const counted = projections.usageOf(event.payload);
      if (counted) await projections.countUsage(tx, event.createdAt, counted);
    });
    this.on('feedback.given', async (tx, { payload }) => {
      if (payload.before) await projections.countUsage(tx, payload.askedAt, payload.before, -1);
      if (payload.verdict) await projections.countUsage(tx, payload.askedAt, payload.verdict);
    });
    this.timer = setInterval(() => void this.forget(), FORGET_EVERY_MS);
    this.timer.unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
    for (const stop of this.unsubscribe.splice(0)) stop();
  }

  private on<Type extends EventType>(type: Type, project: (tx: WorkerTx, event: KontorEvent<Type>) => Promise<void>): void {
    const take = (event: KontorEvent<Type>): Promise<void> =>
      this.ports.database.worker(event.tenant, async (tx) => {
        if (await projections.takeEvent(tx, CONSUMER, event.id)) await project(tx, event);
      });
    this.unsubscribe.push(this.ports.events.subscribe(type, take, { consumer: CONSUMER }));
  }

  private async forget(): Promise<void> {
    const { database, tenant, logger } = this.ports;
    await database.worker(tenant, (tx) => projections.forgetTaken(tx, TAKEN_KEPT_MS)).catch((thrown: unknown) => logger.warn({ err: thrown }, 'taken events were not forgotten'));
  }
}
