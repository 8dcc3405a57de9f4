import { Worker } from 'node:worker_threads';
import { AppError } from '@kontor/kernel';
import type { EmbedKind } from './embedder.js';
import type { EmbedBatch, EmbedReply, EmbedWorkerData } from './protocol.js';

interface Task {
  batch: EmbedBatch;
  signal: AbortSignal | undefined;
  resolve(vectors: Float32Array): void;
  reject(reason: unknown): void;
}

interface Thread {
  worker: Worker;
  /** What it takes from; the thread that is kept for queries has nothing else. */
  kinds: readonly EmbedKind[];
  task: Task | undefined;
}

type PoolData = Pick<EmbedWorkerData, 'folder' | 'fileName'>;

/**
 * Threads that each hold the model, and two queues in front of them: queries overtake passages that wait. One more
 * thread is kept for queries, so that a search during an import does not even wait for a batch under way.
 */
export class ThreadPool {
  readonly #threads = new Set<Thread>();
  readonly #queues: Record<EmbedKind, Task[]> = { query: [], passage: [] };
  /** Why nothing more is taken: it was closed, or a thread could not be started again. */
  #ended: AppError | undefined;

  constructor(private readonly data: PoolData) {}

  /** Resolves when every thread has loaded the model. */
  async open(count: number): Promise<void> {
    const both = Array.from({ length: count }, () => this.#start(['query', 'passage']));
    await Promise.all([this.#start(['query']), ...both]);
  }

  run(batch: EmbedBatch, kind: EmbedKind, signal: AbortSignal | undefined): Promise<Float32Array> {
    return new Promise((resolve, reject) => {
      if (this.#ended !== undefined) return reject(this.#ended);
      this.#queues[kind].push({ batch, signal, resolve, reject });
      this.#dispatch();
    });
  }

  async close(): Promise<void> {
    this.#end(new AppError('embedder.closed', { message: 'The embedder was closed.', retry: 'later' }));
    await Promise.all([...this.#threads].map(({ worker }) => worker.terminate()));
  }

  #start(kinds: readonly EmbedKind[]): Promise<void> {
    const workerData: EmbedWorkerData = { ...this.data, background: kinds.includes('passage') };
    const thread: Thread = { worker: new Worker(new URL('./embed.worker.js', import.meta.url), { workerData }), kinds, task: undefined };
    return new Promise((resolve, reject) => {
      thread.worker.on('message', (reply: EmbedReply) => {
        if (reply.kind !== 'ready') return this.#settle(thread, reply);
        // Another thread failed meanwhile and the pool was given up.
        if (this.#ended !== undefined) return void thread.worker.terminate();
        this.#threads.add(thread);
        this.#dispatch();
        resolve();
      });
      let reason: unknown = 'the thread ended';
      thread.worker.on('error', (error) => (reason = error));
      thread.worker.on('exit', () => {
        reject(crashed(reason));
        this.#replace(thread, reason);
      });
    });
  }

  /** A thread that ended by itself is started again; its text fails, since the same text may have ended it. */
  #replace(thread: Thread, reason: unknown): void {
    const wasReady = this.#threads.delete(thread);
    thread.task?.reject(this.#ended ?? crashed(reason));
    if (this.#ended === undefined && wasReady) this.#start(thread.kinds).catch((error: unknown) => this.#end(AppError.from(error)));
  }

  #settle(thread: Thread, reply: Exclude<EmbedReply, { kind: 'ready' }>): void {
    const { task } = thread;
    thread.task = undefined;
    this.#dispatch();
    if (reply.kind === 'vectors') task?.resolve(reply.vectors);
    else task?.reject(new AppError('embedder.failed', { message: `The embedder failed: ${reply.message}` }));
  }

  #dispatch(): void {
    // The thread that has nothing but queries comes first, so that the others stay free for passages.
    for (const thread of [...this.#threads].sort((a, b) => a.kinds.length - b.kinds.length)) {
      if (thread.task !== undefined) continue;
      thread.task = this.#next(thread.kinds);
      if (thread.task === undefined) continue;
      thread.worker.postMessage(thread.task.batch, [thread.task.batch.ids.buffer as ArrayBuffer]);
    }
  }

  /** What was aborted while it waited is dropped; its caller has its answer already. */
  #next(kinds: readonly EmbedKind[]): Task | undefined {
    for (;;) {
      const waiting = kinds.find((kind) => this.#queues[kind].length > 0);
      const task = waiting && this.#queues[waiting].shift();
      if (task?.signal?.aborted !== true) return task;
      task.reject(task.signal.reason);
    }
  }

  #end(reason: AppError): void {
    this.#ended = reason;
    for (const queue of Object.values(this.#queues)) for (const task of queue.splice(0)) task.reject(reason);
  }
}

function crashed(cause: unknown): AppError {
  return new AppError('embedder.crashed', { retry: 'later', message: 'A thread of the embedder ended unexpectedly.', cause });
}
