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
  task: Task | undefined;
}

/** Threads that each hold the model, and two queues in front of them: queries overtake passages that wait. */
export class ThreadPool {
  readonly #threads = new Set<Thread>();
  readonly #queues: Record<EmbedKind, Task[]> = { query: [], passage: [] };
  #closed = false;

  constructor(private readonly data: EmbedWorkerData) {}

  /** Resolves when every thread has loaded the model. */
  async open(count: number): Promise<void> {
    await Promise.all(Array.from({ length: count }, () => this.#start()));
  }

  run(batch: EmbedBatch, kind: EmbedKind, signal: AbortSignal | undefined): Promise<Float32Array> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(closed());
      this.#queues[kind].push({ batch, signal, resolve, reject });
      this.#dispatch();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#rejectAll(closed());
    await Promise.all([...this.#threads].map(({ worker }) => worker.terminate()));
  }

  #start(): Promise<void> {
    const thread: Thread = { worker: new Worker(new URL('./embed.worker.js', import.meta.url), { workerData: this.data }), task: undefined };
    return new Promise((resolve, reject) => {
      thread.worker.on('message', (reply: EmbedReply) => {
        if (reply.kind !== 'ready') return this.#settle(thread, reply);
        // Another thread failed meanwhile and the pool was given up.
        if (this.#closed) return void thread.worker.terminate();
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
    thread.task?.reject(this.#closed ? closed() : crashed(reason));
    if (this.#closed || !wasReady) return;
    this.#start().catch((error: unknown) => {
      if (this.#threads.size === 0) this.#rejectAll(error);
    });
  }

  #settle(thread: Thread, reply: Exclude<EmbedReply, { kind: 'ready' }>): void {
    const { task } = thread;
    thread.task = undefined;
    this.#dispatch();
    if (reply.kind === 'vectors') task?.resolve(reply.vectors);
    else task?.reject(new AppError('embedder.failed', { message: `The embedder failed: ${reply.message}` }));
  }

  #dispatch(): void {
    for (const thread of this.#threads) {
      if (thread.task !== undefined) continue;
      thread.task = this.#next();
      if (thread.task === undefined) return;
      thread.worker.postMessage(thread.task.batch, [thread.task.batch.ids.buffer as ArrayBuffer]);
    }
  }

  /** What was aborted while it waited is dropped; its caller has its answer already. */
  #next(): Task | undefined {
    for (;;) {
      const task = this.#queues.query.shift() ?? this.#queues.passage.shift();
      if (task?.signal?.aborted !== true) return task;
      task.reject(task.signal.reason);
    }
  }

  #rejectAll(reason: unknown): void {
    for (const queue of Object.values(this.#queues)) for (const task of queue.splice(0)) task.reject(reason);
  }
}

function closed(): AppError {
  return new AppError('embedder.closed', { message: 'The embedder was closed.', retry: 'later' });
}

function crashed(cause: unknown): AppError {
  return new AppError('embedder.crashed', { retry: 'later', message: 'A thread of the embedder ended unexpectedly.', cause });
}
