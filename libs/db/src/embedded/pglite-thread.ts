import { Worker } from 'node:worker_threads';
import { AppError } from '@kontor/kernel';
import utilities from 'pg/lib/utils.js';
import { storeError } from '../errors.js';
import type { EngineError, EngineResult, Reply, Request, WorkerSettings } from './protocol.js';

type Unnumbered<T> = T extends unknown ? Omit<T, 'id'> : never;

interface Waiting {
  resolve: (results: EngineResult[]) => void;
  reject: (error: Error) => void;
}

/** PGlite in a thread of its own: it is synchronous WebAssembly and would stop every token stream while it works. */
export class PgliteThread {
  onNotification: (channel: string, payload: string) => void = () => undefined;
  readonly #waiting = new Map<number, Waiting>();
  readonly #worker: Worker;
  #nextId = 1;
  #gone: AppError | null = null;

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('message', (reply: Reply) => this.#receive(reply));
    worker.on('error', (cause) => this.#fail(cause));
    worker.on('exit', () => this.#fail(new Error('the thread ended')));
  }

  /** Starts the engine on a directory; null keeps everything in memory. Rejects when the store does not open. */
  static async start(settings: WorkerSettings): Promise<PgliteThread> {
    const worker = new Worker(new URL('./pglite.worker.js', import.meta.url), { workerData: settings });
    await new Promise<void>((resolve, reject) => {
      worker.once('message', (reply: Reply) => (reply.kind === 'failed' ? reject(asServerError(reply.error)) : resolve()));
      worker.once('error', reject);
      worker.once('exit', () => reject(new Error('the thread ended while the store opened')));
    }).catch(async (error) => {
      await worker.terminate();
      throw error;
    });
    return new PgliteThread(worker);
  }

  get died(): boolean {
    return this.#gone?.code === 'store.stopped';
  }

  async query(sql: string, parameters: readonly unknown[]): Promise<EngineResult> {
    const [result] = await this.#request({ kind: 'query', sql, parameters: parameters.map(asText) });
    return result!;
  }

  script(sql: string): Promise<EngineResult[]> {
    return this.#request({ kind: 'script', sql });
  }

  /** Shuts the store down as PostgreSQL does, with a checkpoint, so that the next start has nothing to recover. */
  async close(): Promise<void> {
    if (this.#gone) return;
    await this.#request({ kind: 'close' }).catch(() => undefined);
    this.#gone = new AppError('store.closed', { message: 'The database is closed.' });
    await this.#worker.terminate();
  }

  /** Ends the thread in the middle of whatever it does, as a crash would. */
  async kill(): Promise<void> {
    await this.#worker.terminate();
  }

  #request(request: Unnumbered<Request>): Promise<EngineResult[]> {
    if (this.#gone) return Promise.reject(this.#gone);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, ...request });
    });
  }

  #receive(reply: Reply): void {
    if (reply.kind === 'notification') this.onNotification(reply.channel, reply.payload);
    if (reply.kind !== 'result' && reply.kind !== 'error') return;
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (reply.kind === 'result') {
      waiting?.resolve(reply.results);
      return;
    }
    const error = asServerError(reply.error);
    if (reply.error.fatal) this.#fail(error);
    waiting?.reject(reply.error.fatal ? this.#gone! : error);
  }

  #fail(cause: Error): void {
    this.#gone ??= new AppError('store.stopped', { status: 503, retry: 'later', message: 'The embedded database has stopped in the middle of this. What was committed is kept; try again.', cause: storeError(cause) });
    for (const { reject } of this.#waiting.values()) reject(this.#gone);
    this.#waiting.clear();
    void this.#worker.terminate();
  }
}

function asText(value: unknown): string | null {
  const prepared = utilities.prepareValue(value);
  return prepared instanceof Uint8Array ? `\\x${Buffer.from(prepared).toString('hex')}` : prepared;
}

/** An error with the fields by which callers of the driver `pg` decide. */
function asServerError({ message, fatal: _, ...fields }: EngineError): Error {
  return Object.assign(new Error(message), fields);
}
