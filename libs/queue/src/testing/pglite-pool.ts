import { EventEmitter } from 'node:events';
import { PGlite } from '@electric-sql/pglite';
import type { QueuePool } from '../jobs/bullmq/backend.js';

// BullMQ's statements begin with a comment.
const LISTEN = /^(?:\s|--[^\n]*\n)*LISTEN\s+"?(\w+)"?/i;

/**
 * A `pg` pool's face over a PGlite in this process, for the specs of this library only: the one that
 * ships lives with the database, in a worker thread.
 */
class PglitePool extends EventEmitter {
  constructor(readonly database: PGlite) {
    super();
  }

  async query(text: string, values: readonly unknown[] = []): Promise<{ rows: unknown[]; rowCount: number }> {
    if (values.length === 0 && /;\s*\S/.test(text)) {
      await this.database.exec(text);
      return { rows: [], rowCount: 0 };
    }
    const result = await this.database.query(text, [...values]);
    return { rows: result.rows, rowCount: result.affectedRows ?? result.rows.length };
  }

  connect(): Promise<PgliteClient> {
    return Promise.resolve(new PgliteClient(this));
  }

  end(): Promise<void> {
    return this.database.close();
  }
}

class PgliteClient extends EventEmitter {
  private readonly unlisten: (() => Promise<void>)[] = [];

  constructor(private readonly pool: PglitePool) {
    super();
  }

  async query(text: string, values?: readonly unknown[]): Promise<{ rows: unknown[]; rowCount: number }> {
    const channel = LISTEN.exec(text)?.[1];
    if (channel === undefined) return this.pool.query(text, values);
    this.unlisten.push(await this.pool.database.listen(channel, (payload) => this.emit('notification', { channel, payload })));
    return { rows: [], rowCount: 0 };
  }

  release(): void {
    for (const unlisten of this.unlisten.splice(0)) void unlisten();
  }
}

export async function openPglitePool(): Promise<QueuePool> {
  const database = await PGlite.create();
  await database.exec('SET search_path TO bullmq, public');
  return new PglitePool(database);
}
