import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { AppError } from '@kontor/kernel';
import type { EmbedderEntry } from '../catalogue/entry.js';
import type { Embedder, EmbedKind } from './embedder.js';
import type { EmbedReply, EmbedWorkerData } from './protocol.js';
import { loadTokenizer, type TextTokenizer } from './tokenizer.js';

/** A query waits for the texts under way in one thread at most; small enough for that, large enough to be worth a message. */
const GROUP_TEXTS = 4;

export interface EmbedderOptions {
  entry: EmbedderEntry;
  /** The folder of the verified files. */
  folder: string;
  threads: number;
}

interface Task {
  texts: string[];
  resolve: (vectors: Float32Array[]) => void;
  reject: (error: unknown) => void;
  signal: AbortSignal | undefined;
}
interface Thread {
  worker: Worker;
  task: Task | null;
}

/** ONNX Runtime in worker threads, one session each. */
class OnnxEmbedder implements Embedder {
  readonly model: string;
  readonly dimensions: number;
  readonly tokensMax: number;
  private readonly queues: Record<EmbedKind, Task[]> = { query: [], passage: [] };
  private closed = false;

  constructor(
    private readonly entry: EmbedderEntry,
    private readonly tokenizer: TextTokenizer,
    private readonly threads: Thread[],
  ) {
    this.model = entry.name;
    this.dimensions = entry.dimensions;
    this.tokensMax = entry.tokensMax;
    for (const thread of threads) {
      thread.worker.on('message', (reply: EmbedReply) => this.settle(thread, reply));
      thread.worker.on('error', (error) => this.fail(thread, error));
    }
  }

  async embed(texts: readonly string[], kind: EmbedKind, signal?: AbortSignal): Promise<Float32Array[]> {
    signal?.throwIfAborted();
    const prefixed = texts.map((text) => this.entry.prefixes[kind] + text);
    const groups: Promise<Float32Array[]>[] = [];
    for (let from = 0; from < prefixed.length; from += GROUP_TEXTS) {
      groups.push(new Promise((resolve, reject) => this.queues[kind].push({ texts: prefixed.slice(from, from + GROUP_TEXTS), resolve, reject, signal })));
    }
    this.dispatch();
    return (await Promise.all(groups)).flat();
  }

  countTokens(text: string): number {
    return this.tokenizer.count(text);
  }

  async close(): Promise<void> {
    this.closed = true;
    const error = new AppError('embedder.closed');
    for (const task of [...this.queues.query, ...this.queues.passage]) task.reject(error);
    await Promise.all(this.threads.map(({ worker }) => worker.terminate()));
  }

  private dispatch(): void {
    for (const thread of this.threads) {
      if (thread.task || this.closed) continue;
      const task = this.next();
      if (!task) return;
      thread.task = task;
      thread.worker.postMessage({ id: 0, texts: task.texts });
    }
  }

  /** Queries overtake passages; what was aborted while it waited is dropped. */
  private next(): Task | undefined {
    for (;;) {
      const task = this.queues.query.shift() ?? this.queues.passage.shift();
      if (!task?.signal?.aborted) return task;
      task.reject(task.signal.reason);
    }
  }

  private settle(thread: Thread, reply: EmbedReply): void {
    const task = thread.task;
    thread.task = null;
    if (reply.kind === 'vectors') task?.resolve(reply.vectors);
    else if (reply.kind === 'error') task?.reject(new AppError('embedder.failed', { retry: 'later', message: reply.message }));
    this.dispatch();
  }

  private fail(thread: Thread, error: unknown): void {
    thread.task?.reject(new AppError('embedder.crashed', { retry: 'later', cause: error }));
    thread.task = null;
  }
}

/** Loads the embedder; resolves when every thread is ready. */
export async function createEmbedder(options: EmbedderOptions): Promise<Embedder> {
  const model = options.entry.files.find((file) => file.name.endsWith('.onnx'));
  if (!model) throw new AppError('model.wrong_kind', { message: `${options.entry.name} holds no ONNX file.` });
  const workerData: EmbedWorkerData = { modelPath: join(options.folder, model.name), folder: options.folder, tokensMax: options.entry.tokensMax };
  const threads = Array.from({ length: options.threads }, (): Thread => ({ worker: new Worker(new URL('./embed.worker.js', import.meta.url), { workerData }), task: null }));
  await Promise.all(
    threads.map(
      ({ worker }) =>
        new Promise<void>((resolve, reject) => {
          worker.once('message', () => resolve());
          worker.once('error', reject);
        }),
    ),
  );
  return new OnnxEmbedder(options.entry, loadTokenizer(options.folder), threads);
}
