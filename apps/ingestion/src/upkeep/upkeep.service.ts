import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { AppError } from '@kontor/kernel';
import type { IngestionPorts } from '../ports.js';
import { INGESTION_PORTS } from '../tokens.js';
import { resumeRuns } from './resume-runs.js';
import { sweepBlobs } from './sweep-blobs.js';

const FIRST_MS = 60_000;
const EVERY_MS = 3_600_000;

/** What keeps imports from being open for ever and files from lying about for ever: at the start, and every hour. */
@Injectable()
export class UpkeepService implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private readonly closing = new AbortController();

  constructor(@Inject(INGESTION_PORTS) private readonly ports: IngestionPorts) {}

  onApplicationBootstrap(): void {
    this.running = this.attempt('open imports were not resumed', () => resumeRuns(this.ports));
    this.schedule(FIRST_MS);
  }

  async onApplicationShutdown(): Promise<void> {
    this.closing.abort();
    clearTimeout(this.timer);
    await this.running;
  }

  private schedule(afterMs: number): void {
    if (this.closing.signal.aborted) return;
    this.timer = setTimeout(() => {
      this.running = this.keepUp().finally(() => this.schedule(EVERY_MS));
    }, afterMs);
    this.timer.unref();
  }

  private async keepUp(): Promise<void> {
    await this.attempt('open imports were not resumed', () => resumeRuns(this.ports));
    await this.attempt('unused files were not removed', async () => {
      const removed = await sweepBlobs(this.ports, Date.now(), this.closing.signal);
      if (removed > 0) this.ports.logger.info({ removed }, 'unused files removed');
    });
  }

  /** The next time comes in an hour, so nothing of this ends the process. */
  private async attempt(whatFailed: string, work: () => Promise<void>): Promise<void> {
    await work().catch((thrown: unknown) => this.ports.logger.warn({ code: AppError.from(thrown).code }, whatFailed));
  }
}
