import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { EvaluationStatus } from '@kontor/contracts';
import { evaluations, outbox, people, type OutboxLag, type WorkerTx } from '@kontor/db';
import { gauge, onScrape } from '@kontor/observability';
import { ADMIN_API_PORTS, type AdminApiPorts } from '../ports.js';

/**
 * What is true of the firm and not of one process: how full the queues are, how old the permissions, what waits to be
 * published or was put aside, and how well search did when it was measured. Only the administration tells it, so that
 * workers in any number do not repeat it; of several administrations each tells the same, which is why dashboards take
 * the highest.
 */
@Injectable()
export class FirmMetrics implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly ends: (() => void)[] = [];

  constructor(@Inject(ADMIN_API_PORTS) private readonly ports: Pick<AdminApiPorts, 'tenant' | 'database' | 'queue' | 'events'>) {}

  onApplicationBootstrap(): void {
    const { queue, events } = this.ports;
    this.ends.push(onScrape(['kontor_queue_jobs', 'kontor_queue_oldest_seconds'], () => readQueues(queue)));
    this.ends.push(onScrape(['kontor_permission_age_seconds'], () => this.ask(people.ruleAges, showRules)));
    this.ends.push(onScrape(['kontor_outbox_waiting', 'kontor_outbox_refused', 'kontor_outbox_oldest_seconds'], () => this.ask(outbox.readLag, showLag)));
    this.ends.push(onScrape(['kontor_evaluation_recall', 'kontor_evaluation_leaks', 'kontor_evaluation_age_seconds'], () => this.ask(evaluations.lastEvaluations, showEvaluations)));
    if (events.deadLetters) this.ends.push(onScrape(['kontor_event_dead_letters'], async () => showLetters(await events.deadLetters!())));
  }

  onModuleDestroy(): void {
    for (const end of this.ends.splice(0)) end();
  }

  private async ask<Read>(read: (tx: WorkerTx) => Promise<Read>, show: (read: Read) => void): Promise<() => void> {
    const { database, tenant } = this.ports;
    const found = await database.worker(tenant, read);
    return () => show(found);
  }
}

function showRules(ages: Awaited<ReturnType<typeof people.ruleAges>>): void {
  for (const { corpus, ageMs } of ages) gauge('kontor_permission_age_seconds', { corpus }, ageMs / 1_000);
}

function showLag({ waiting, refused, oldestMs }: OutboxLag): void {
  gauge('kontor_outbox_waiting', {}, waiting);
  gauge('kontor_outbox_refused', {}, refused);
  gauge('kontor_outbox_oldest_seconds', {}, oldestMs / 1_000);
}

function showEvaluations(all: readonly EvaluationStatus[]): void {
  for (const { corpus, recall, leaks, ageMs } of all) {
    gauge('kontor_evaluation_recall', { corpus }, recall);
    gauge('kontor_evaluation_leaks', { corpus }, leaks);
    gauge('kontor_evaluation_age_seconds', { corpus }, ageMs / 1_000);
  }
}

function showLetters(byTopic: Readonly<Record<string, number>>): () => void {
  return () => {
    for (const [topic, letters] of Object.entries(byTopic)) gauge('kontor_event_dead_letters', { topic }, letters);
  };
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
