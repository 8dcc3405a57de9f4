import { Inject, Injectable, Module, type DynamicModule, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { DiscoveryModule, DiscoveryService } from '@nestjs/core';
import type { Jobs } from '@kontor/contracts';
import type { JobHandler, JobQueue, WorkerOptions, Workers } from '../jobs/job-queue.js';
import { jobOf } from './handles.js';

const SETTING = Symbol('JobsSetting');
interface Setting {
  queue: Pick<JobQueue<Jobs>, 'startWorkers'>;
  options: WorkerOptions;
}

/** Workers live as long as the application: they begin when every module is there, and end when no request comes in any more. */
@Injectable()
class JobWorkers implements OnApplicationBootstrap, OnApplicationShutdown {
  private workers: Workers | undefined;

  constructor(
    @Inject(SETTING) private readonly setting: Setting,
    @Inject(DiscoveryService) private readonly discovery: DiscoveryService,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const handlers = this.discovery.getProviders().flatMap(({ metatype, instance }) => {
      const job = jobOf(metatype);
      if (job === undefined) return [];
      const provider = instance as Pick<JobHandler<Jobs>, 'run' | 'failed'>;
      return [{ job, run: provider.run.bind(provider), ...(provider.failed ? { failed: provider.failed.bind(provider) } : {}) } as JobHandler<Jobs>];
    });
    this.workers = await this.setting.queue.startWorkers(handlers, this.setting.options);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.workers?.close();
  }
}

/**
 * Runs the jobs whose handlers the application's modules provide. The application does not start unless each job of
 * the served queues has exactly one.
 *
 * @example StandaloneModule.with([IngestionModule.with(ports), JobsModule.with(queue, { queues: ['ingestion', 'embedding'] })])
 */
@Module({})
export class JobsModule {
  static with(queue: Setting['queue'], options: WorkerOptions = {}): DynamicModule {
    return { module: JobsModule, imports: [DiscoveryModule], providers: [{ provide: SETTING, useValue: { queue, options } }, JobWorkers] };
  }
}
