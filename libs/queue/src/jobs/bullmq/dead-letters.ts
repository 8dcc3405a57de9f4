import type { DeadLetter, DeadLetters } from '../job-queue.js';
import type { Backend, BullJob, BullQueue } from './backend.js';

const PAGE_JOBS = 200;

/** The failed jobs of BullMQ's queues. */
export class BullmqDeadLetters implements DeadLetters {
  /** @param open the queue of a name, or an error that says which there are */
  constructor(
    private readonly backend: Pick<Backend, 'reach'>,
    private readonly open: (queue: string) => BullQueue,
  ) {}

  async list(queue: string, limit: number): Promise<DeadLetter[]> {
    const jobs = await this.backend.reach(() => this.open(queue).getFailed(0, limit - 1));
    return (jobs as BullJob[]).map((job) => ({ id: job.id ?? '', job: job.name, reason: job.failedReason, attempts: job.attemptsMade, failedAt: new Date(job.finishedOn ?? job.timestamp) }));
  }

  replay(queue: string, id: string): Promise<boolean> {
    return this.backend.reach(async () => {
      const job = await this.open(queue).getJob(id);
      if (!job || !(await job.isFailed())) return false;
      await job.retry('failed', { resetAttemptsMade: true, resetAttemptsStarted: true });
      return true;
    });
  }

  discard(queue: string, id: string): Promise<boolean> {
    return this.backend.reach(async () => {
      const open = this.open(queue);
      return (await open.getJobState(id)) === 'failed' && (await open.remove(id)) === 1;
    });
  }

  replayAll(queue: string): Promise<number> {
    return this.each(queue, (id) => this.replay(queue, id));
  }

  discardAll(queue: string): Promise<number> {
    return this.each(queue, (id) => this.discard(queue, id));
  }

  /** Those that are there now: one that fails again meanwhile is not met twice. */
  private async each(queue: string, change: (id: string) => Promise<boolean>): Promise<number> {
    const ids: string[] = [];
    for (;;) {
      const jobs = await this.backend.reach(() => this.open(queue).getFailed(ids.length, ids.length + PAGE_JOBS - 1));
      ids.push(...jobs.flatMap((job) => job.id ?? []));
      if (jobs.length < PAGE_JOBS) break;
    }
    let changed = 0;
    for (const id of ids) if (await change(id)) changed += 1;
    return changed;
  }
}
