import { AppError } from '@kontor/kernel';
import type { BullJob, Lock } from './backend.js';

const taken = (): AppError => new AppError('job.taken', { message: 'This process was not heard of for so long that another one may do this by now.' });

/** One worker's hold on a job. It is renewed by a timer, not by the time of day, which may be set back. */
export class Claim {
  private readonly gone = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private asking = false;

  constructor(
    private readonly job: BullJob,
    private readonly token: string | undefined,
    private readonly lock: Lock,
  ) {
    this.timer = setInterval(() => void this.renew(), lock.renewedEveryMs);
  }

  /** Aborted once another worker may have the job: this one must not write what that one writes. */
  get lost(): AbortSignal {
    return this.gone.signal;
  }

  /** Whether the job is still this worker's. It waits for a store that is away, and what cannot be known is a no. */
  async holds(): Promise<boolean> {
    if (this.lost.aborted) return false;
    return (await this.extend().catch(() => 0)) > 0;
  }

  release(): void {
    clearInterval(this.timer);
  }

  private async renew(): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    try {
      if ((await this.extend()) === 0) this.gone.abort(taken());
    } catch {
      // The store is away; the next renewal, or the lock's end, tells.
    } finally {
      this.asking = false;
    }
  }

  private async extend(): Promise<number> {
    return Number(await this.job.extendLock(this.token ?? '', this.lock.lastsMs));
  }
}
