import { EventEmitter } from 'node:events';
import type { PgliteThread } from './pglite-thread.js';
import type { QueryResult } from './protocol.js';

interface PoolResult extends Omit<QueryResult, 'affectedRows'> {
  rowCount: number;
}
type QueryInput = string | { text: string; values?: unknown[] };

// BullMQ's statements begin with a comment that names them.
const LISTEN = /^(?:\s|--[^\n]*\n)*(UN)?LISTEN\s+"?([^";\s]+)"?/i;

/** A client as the `pg` driver's: LISTEN becomes PGlite's own, and notifications arrive as events. */
class QueueClient extends EventEmitter {
  private readonly channels = new Set<string>();
  private readonly stop: () => void;

  constructor(private readonly thread: PgliteThread) {
    super();
    this.stop = thread.onNotification((channel, payload) => {
      if (this.channels.has(channel)) this.emit('notification', { channel, payload, processId: 0 });
    });
  }

  async query(input: QueryInput, values?: unknown[]): Promise<PoolResult> {
    const sql = typeof input === 'string' ? input : input.text;
    const listen = LISTEN.exec(sql);
    if (listen) {
      const channel = listen[2]!;
      if (listen[1]) this.channels.delete(channel);
      else {
        this.channels.add(channel);
        await this.thread.listen(channel);
      }
      return { rows: [], rowCount: 0, fields: [] };
    }
    return runQuery(this.thread, input, values);
  }

  release(): void {
    this.stop();
  }

  async end(): Promise<void> {
    this.stop();
  }
}

async function runQuery(thread: PgliteThread, input: QueryInput, values?: unknown[]): Promise<PoolResult> {
  const sql = typeof input === 'string' ? input : input.text;
  const parameters = values ?? (typeof input === 'string' ? undefined : input.values);
  if (parameters === undefined || parameters.length === 0) {
    // Without parameters `pg` speaks the simple protocol, which takes several statements at once.
    if (/;\s*\S/.test(sql)) {
      await thread.script(sql);
      return { rows: [], rowCount: 0, fields: [] };
    }
  }
  const result = await thread.query(sql, (parameters ?? []).map(serialise));
  return { rows: result.rows, rowCount: result.rows.length || result.affectedRows, fields: result.fields };
}

/** `pg` turns objects into JSON text; PGlite expects the value as the parameter's type has it. */
const serialise = (value: unknown): unknown => (value === undefined ? null : value);

/**
 * What BullMQ's PostgreSQL backend needs of a `pg` pool, over a PGlite of its own: its statements
 * must not fall into the transactions of the store, since PGlite is one session.
 */
export class QueuePool extends EventEmitter {
  readonly options = { max: 4 };

  constructor(private readonly thread: PgliteThread) {
    super();
  }

  query(input: QueryInput, values?: unknown[]): Promise<PoolResult> {
    return runQuery(this.thread, input, values);
  }

  async connect(): Promise<QueueClient> {
    return new QueueClient(this.thread);
  }

  async end(): Promise<void> {
    await this.thread.close();
  }
}
