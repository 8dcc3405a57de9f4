import { EventEmitter } from 'node:events';
import { AppError } from '@kontor/kernel';
import type { Engine, Lane, Session } from '../engine.js';
import type { LivingThread } from './living-thread.js';
import { sessionOn } from './pglite-engine.js';
import type { PgliteThread } from './pglite-thread.js';
import type { EngineResult } from './protocol.js';
import { Turns } from './turns.js';

/** A result in the shape of the driver `pg`. */
export interface PoolResult {
  rows: Record<string, unknown>[];
  rowCount: number;
  command: string;
  fields: { name: string; dataTypeID: number }[];
}

// BullMQ's statements begin with a comment that names them.
const BEGINS = /^(?:\s|--[^\n]*\n)*(begin|start\s+transaction)\b/i;
const ENDS = /^(?:\s|--[^\n]*\n)*(commit|rollback(?!\s+to)|end)\b/i;

/**
 * Stands in for a pool of the driver `pg` over the one session of a second embedded thread. Clients take turns by the
 * query; one that begins a transaction keeps the session until it ends it. A listening client holds no turn.
 */
export class QueuePool extends EventEmitter implements Engine {
  readonly name = 'pglite';
  readonly begin = 'BEGIN';
  readonly options = { keepAlive: true };
  readonly #turns = new Turns();
  readonly #clients = new Set<QueueClient>();
  #ended = false;

  constructor(
    private readonly living: LivingThread,
    thread: PgliteThread,
  ) {
    super();
    this.#hear(thread);
    living.onRestart = (next) => {
      this.#hear(next);
      // As when a connection drops: BullMQ then listens again.
      for (const client of this.#clients) if (client.listenerCount('error') > 0) client.emit('error', new Error('the session was replaced'));
    };
  }

  async connect(): Promise<QueueClient> {
    this.#assertOpen();
    const client = new QueueClient(this.living, this.#turns, () => this.#clients.delete(client));
    this.#clients.add(client);
    return client;
  }

  async query(text: string, values?: readonly unknown[]): Promise<PoolResult> {
    this.#assertOpen();
    const giveBack = await this.#turns.take('person');
    try {
      return await run(await this.living.current(), text, values);
    } finally {
      giveBack();
    }
  }

  /** For maintenance, between the turns of others. */
  async withSession<T>(lane: Lane, work: (session: Session) => Promise<T>): Promise<T> {
    const giveBack = await this.#turns.take(lane);
    try {
      return await work(await sessionOn(this.living));
    } finally {
      giveBack();
    }
  }

  /** BullMQ ends only pools that it made; the database closes this one. */
  async end(): Promise<void> {}

  async close(): Promise<void> {
    this.#ended = true;
    const giveBack = await this.#turns.take('person');
    await this.living.close();
    giveBack();
  }

  // One session hears every channel that any client listens to, as BullMQ's clients expect to.
  #hear(thread: PgliteThread): void {
    thread.onNotification = (channel, payload) => {
      for (const client of this.#clients) client.emit('notification', { channel, payload, processId: 0 });
    };
  }

  #assertOpen(): void {
    // The wording is what BullMQ looks for when work comes in while it shuts down.
    if (this.#ended) throw new AppError('store.closed', { message: 'Cannot use a pool after calling end on the pool' });
  }
}

class QueueClient extends EventEmitter {
  #giveBack: (() => void) | null = null;

  constructor(
    private readonly living: LivingThread,
    private readonly turns: Turns,
    private readonly forget: () => void,
  ) {
    super();
  }

  async query(text: string, values?: readonly unknown[]): Promise<PoolResult> {
    const inTransaction = this.#giveBack !== null;
    const giveBack = this.#giveBack ?? (await this.turns.take('person'));
    if (BEGINS.test(text)) this.#giveBack = giveBack;
    try {
      return await run(await this.living.current(), text, values);
    } finally {
      if (ENDS.test(text)) this.#giveBack = null;
      if (this.#giveBack === null && (inTransaction ? ENDS.test(text) : true)) giveBack();
    }
  }

  release(): void {
    this.forget();
    this.removeAllListeners();
    if (this.#giveBack !== null) void this.query('ROLLBACK').catch(() => undefined);
  }

  async end(): Promise<void> {
    this.release();
  }
}

async function run(thread: PgliteThread, text: string, values?: readonly unknown[]): Promise<PoolResult> {
  // As `pg` does: without values it is the simple protocol, which allows several statements.
  if (values && values.length > 0) return asPoolResult(await thread.query(text, values));
  const results = await thread.script(text);
  return asPoolResult(results.at(-1)!);
}

function asPoolResult({ rows, rowCount, command, fields }: EngineResult): PoolResult {
  return { rows, rowCount, command, fields };
}
