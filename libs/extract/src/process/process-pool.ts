import { AppError } from '@kontor/kernel';
import type { ProcessLimits } from '../limits.js';
import { ParserProcess } from './parser-process.js';

/** Hands each file a process of its own for as long as it is read; further files wait in order. */
export class ProcessPool {
  private readonly processes: ParserProcess[];
  private readonly idle: ParserProcess[];
  private readonly waiting = new Set<(process: ParserProcess) => void>();
  private readonly closing = new AbortController();

  constructor(count: number, limits: ProcessLimits) {
    this.processes = Array.from({ length: count }, () => new ParserProcess(limits));
    this.idle = [...this.processes];
  }

  /** `work` gets the signal that also fires when the pool closes. */
  async use<T>(work: (process: ParserProcess, signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const either = signal ? AbortSignal.any([signal, this.closing.signal]) : this.closing.signal;
    const process = await this.take(either);
    try {
      return await work(process, either);
    } finally {
      this.giveBack(process);
    }
  }

  async close(): Promise<void> {
    this.closing.abort(new AppError('extract.closed', { status: 503, retry: 'later', message: 'Kontor is shutting down; the file will be read after the next start.' }));
    await Promise.all(this.processes.map((process) => process.close()));
  }

  private async take(signal: AbortSignal): Promise<ParserProcess> {
    signal.throwIfAborted();
    const free = this.idle.pop();
    if (free) return free;
    const { promise, resolve, reject } = Promise.withResolvers<ParserProcess>();
    const onAbort = (): void => {
      this.waiting.delete(resolve);
      reject(signal.reason);
    };
    this.waiting.add(resolve);
    signal.addEventListener('abort', onAbort, { once: true });
    return promise.finally(() => signal.removeEventListener('abort', onAbort));
  }

  private giveBack(process: ParserProcess): void {
    const [next] = this.waiting;
    if (!next) return void this.idle.push(process);
    this.waiting.delete(next);
    next(process);
  }
}
