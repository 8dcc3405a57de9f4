import { Worker } from 'node:worker_threads';
import { AppError } from '@kontor/kernel';
import type { QueryResult, Reply, Request } from './protocol.js';

type Body<T> = T extends Request ? Omit<T, 'id'> : never;
type Waiting = { resolve: (value: unknown) => void; reject: (error: Error) => void };

/** An error of the database with PostgreSQL's own code, as the `pg` driver reports it. */
export class DatabaseError extends Error {
  constructor(
    message: string,
    readonly code: string | undefined,
    readonly detail: string | undefined,
    readonly constraint: string | undefined,
  ) {
    super(message);
  }
}

/** The thread that holds one PGlite, and the calls under way in it. */
export class PgliteThread {
  private readonly waiting = new Map<number, Waiting>();
  private readonly notified = new Set<(channel: string, payload: string) => void>();
  private lastId = 0;
  private ended: Error | null = null;

  private constructor(private readonly worker: Worker) {}

  /** Opens the store in `directory`; rejects with 'store.unreadable' when PGlite cannot. */
  static open(directory: string, pgTypes = false): Promise<PgliteThread> {
    const worker = new Worker(new URL('./pglite.worker.js', import.meta.url), { workerData: { directory, pgTypes } });
    const thread = new PgliteThread(worker);
    return new Promise((resolve, reject) => {
      const fail = (message: string): void => reject(new AppError('store.unreadable', { message: `The store in ${directory} does not open: ${message}` }));
      worker.once('error', (error) => {
        thread.end(error as Error);
        fail((error as Error).message);
      });
      worker.once('exit', () => thread.end(new AppError('store.closed', { message: 'The store is closed.' })));
      worker.on('message', (message: Reply) => {
        if (message.kind === 'ready') resolve(thread);
        else if (message.kind === 'broken') {
          void worker.terminate();
          fail(message.message);
        } else thread.receive(message);
      });
    });
  }

  query(sql: string, parameters: readonly unknown[] = []): Promise<QueryResult> {
    return this.send({ kind: 'query', sql, parameters }) as Promise<QueryResult>;
  }

  async script(sql: string): Promise<void> {
    await this.send({ kind: 'script', sql });
  }

  async listen(channel: string): Promise<void> {
    await this.send({ kind: 'listen', channel });
  }

  async unlisten(channel: string): Promise<void> {
    await this.send({ kind: 'unlisten', channel });
  }

  /** The whole data directory as a gzipped tar. */
  dump(): Promise<Uint8Array> {
    return this.send({ kind: 'dump' }) as Promise<Uint8Array>;
  }

  onNotification(listener: (channel: string, payload: string) => void): () => void {
    this.notified.add(listener);
    return () => this.notified.delete(listener);
  }

  async close(): Promise<void> {
    if (this.ended) return;
    await this.send({ kind: 'close' });
    await this.worker.terminate();
  }

  private send(body: Body<Request>): Promise<unknown> {
    if (this.ended) return Promise.reject(this.ended);
    this.lastId += 1;
    const id = this.lastId;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.worker.postMessage({ ...body, id });
    });
  }

  private receive(message: Reply): void {
    if (message.kind === 'notification') {
      for (const listener of this.notified) listener(message.channel, message.payload);
    } else if (message.kind === 'result') {
      this.take(message.id)?.resolve(message.value);
    } else if (message.kind === 'error') {
      this.take(message.id)?.reject(new DatabaseError(message.message, message.code, message.detail, message.constraint));
    }
  }

  private take(id: number): Waiting | undefined {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    return waiting;
  }

  private end(error: Error): void {
    this.ended ??= error;
    for (const waiting of this.waiting.values()) waiting.reject(error);
    this.waiting.clear();
  }
}
