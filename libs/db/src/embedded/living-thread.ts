import { AppError } from '@kontor/kernel';
import { storeError } from '../errors.js';
import { assertSpace } from './files.js';
import type { PgliteThread } from './pglite-thread.js';

/**
 * The thread of a store. One that died, mostly because the disk was full, is started again at the next use: the store
 * then replays its log, and nothing that was committed is lost.
 */
export class LivingThread {
  /** Hears of each thread that took the place of a dead one. */
  onRestart: (thread: PgliteThread) => void = () => undefined;
  #thread: PgliteThread;
  #starting: Promise<PgliteThread> | undefined;

  constructor(
    thread: PgliteThread,
    private readonly directory: string,
    private readonly start: () => Promise<PgliteThread>,
  ) {
    this.#thread = thread;
  }

  async current(): Promise<PgliteThread> {
    if (!this.#thread.died) return this.#thread;
    this.#starting ??= this.#restart().finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  assertSpace(): Promise<void> {
    return assertSpace(this.directory);
  }

  close(): Promise<void> {
    return this.#thread.close();
  }

  async #restart(): Promise<PgliteThread> {
    await this.assertSpace();
    try {
      this.#thread = await this.start();
    } catch (cause) {
      throw new AppError('store.stopped', { status: 503, retry: 'later', message: 'The embedded database has stopped and does not start again. Restart Kontor.', cause: storeError(cause) });
    }
    this.onRestart(this.#thread);
    return this.#thread;
  }
}
