import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { AppError } from '@kontor/kernel';
import type { IngestionPorts } from '../ports.js';
import { INGESTION_PORTS } from '../tokens.js';
import { resumeRuns } from './resume-runs.js';
import { sweepBlobs } from './sweep-blobs.js';

/** An import that nothing moves for so long is looked into; a job that takes longer is found in the queue then. */
const QUIET_MS = 45_000;
const LOOK_EVERY_MS = 30_000;
const SWEEP_EVERY_MS = 3_600_000;

/** What keeps imports from being open for ever and files from lying about for ever: at the start and from then on. */
@Injectable()
export class UpkeepService implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private sweeping: Promise<void> = Promise.resolve();
  private sweptMs = -Infinity;
  private readonly closing = new AbortController();

  constructor(@Inject(INGESTION_PORTS) private readonly ports: IngestionPorts) {}

  onApplicationBootstrap(): void {
    // Whatever is open at a start may have been left by a process that died.
    this.running = this.resume(0).finally(() => this.schedule());
  }

  async onApplicationShutdown(): Promise<void> {
    this.closing.abort();
    clearTimeout(this.timer);
    await Promise.all([this.running, this.sweeping]);
  }

  private schedule(): void {
    if (this.closing.signal.aborted) return;
    this.timer = setTimeout(() => {
      // Through many files it takes long, and open imports must not wait for that.
      if (performance.now() - this.sweptMs > SWEEP_EVERY_MS) this.sweeping = this.sweep();
      this.running = this.resume(QUIET_MS).finally(() => this.schedule());
    }, LOOK_EVERY_MS);
    this.timer.unref();
  }

  private sweep(): Promise<void> {
    this.sweptMs = performance.now();
    return this.attempt('unused files were not removed', async () => {
      const removed = await sweepBlobs(this.ports, { signal: this.closing.signal });
      if (removed > 0) this.ports.logger.info({ removed }, 'unused files removed');
    });
  }

  private resume(quietMs: number): Promise<void> {
    return this.attempt('open imports were not resumed', () => resumeRuns(this.ports, quietMs, this.closing.signal));
  }

  /** The next time comes soon, so nothing of this ends the process. */
  private async attempt(whatFailed: string, work: () => Promise<void>): Promise<void> {
    await work().catch((thrown: unknown) => this.ports.logger.warn({ code: AppError.from(thrown).code }, whatFailed));
  }
}
