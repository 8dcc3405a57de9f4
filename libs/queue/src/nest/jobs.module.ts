import { Inject, Injectable, Module, type DynamicModule, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { DiscoveryModule, DiscoveryService } from '@nestjs/core';
import type { Jobs } from '@kontor/contracts';
import type { JobHandler, JobQueue, WorkerOptions, Workers } from '../jobs/job-queue.js';
import { jobOf } from './handles.js';

const SETTING = Symbol('JobsSetting');
interface Setting {
  queue: Pick<JobQueue<Jobs>, 'startWorkers'>;
  options: JobsOptions;
}

export interface JobsOptions extends WorkerOptions {
  /** What the workers wait for while the application is up already, such as a model that is being loaded. */
  after?: Promise<unknown>;
  /** How long jobs under way may go on when the application ends. */
  drainMs?: number;
  /** Told where workers that came later could not begin; at the start of the application that is its error. */
  onFailed?: (thrown: unknown) => void;
}

/** Workers live as long as the application: they begin when every module is there, and end when no request comes in any more. */
@Injectable()
class JobWorkers implements OnApplicationBootstrap, OnApplicationShutdown {
  private workers: Workers | undefined;
  private starting: Promise<void> = Promise.resolve();
  private closed = false;

  constructor(
    @Inject(SETTING) private readonly setting: Setting,
    @Inject(DiscoveryService) private readonly discovery: DiscoveryService,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { after, onFailed } = this.setting.options;
    if (!after) return this.start();
    this.starting = after.then(() => this.start()).catch((thrown: unknown) => onFailed?.(thrown));
  }

  async onApplicationShutdown(): Promise<void> {
    this.closed = true;
    await this.starting;
    await this.workers?.close(this.setting.options.drainMs);
  }

  private async start(): Promise<void> {
    if (this.closed) return;
    const handlers = this.discovery.getProviders().flatMap(({ metatype, instance }) => {
      const job = jobOf(metatype);
      if (job === undefined) return [];
      const { run, abandons, failed } = instance as Pick<JobHandler<Jobs>, 'run' | 'abandons' | 'failed'>;
      return [{ job, run: run.bind(instance), abandons: abandons?.bind(instance), failed: failed?.bind(instance) } as JobHandler<Jobs>];
    });
    this.workers = await this.setting.queue.startWorkers(handlers, this.setting.options);
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
  static with(queue: Setting['queue'], options: JobsOptions = {}): DynamicModule {
    return { module: JobsModule, imports: [DiscoveryModule], providers: [{ provide: SETTING, useValue: { queue, options } }, JobWorkers] };
  }
}
