import type { Engine, Queryable } from '../engine/engine.js';
import type { PgliteThread } from './pglite-thread.js';

/** PGlite is one session: transactions run one after the other, in the order they came. */
export class PgliteEngine implements Engine {
  readonly name = 'pglite';
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly thread: PgliteThread,
    private readonly onClose: () => Promise<void>,
  ) {}

  transaction<T>(work: (connection: Queryable) => Promise<T>): Promise<T> {
    const turn = this.last.then(() => this.run(work));
    this.last = turn.catch(() => {});
    return turn;
  }

  async script(sql: string): Promise<void> {
    await this.transaction(async () => this.thread.script(sql));
  }

  async close(): Promise<void> {
    await this.last;
    await this.thread.close();
    await this.onClose();
  }

  private async run<T>(work: (connection: Queryable) => Promise<T>): Promise<T> {
    let open = true;
    const connection: Queryable = {
      query: async <R extends object>(sql: string, parameters: readonly unknown[] = []) => {
        // A handle kept beyond its transaction would run without a role, as the owner.
        if (!open) throw new Error('The transaction has ended; its handle must not be kept.');
        return (await this.thread.query(sql, parameters)).rows as R[];
      },
    };
    await this.thread.query('BEGIN');
    try {
      const result = await work(connection);
      open = false;
      await this.thread.query('COMMIT');
      return result;
    } catch (error) {
      open = false;
      await this.thread.query('ROLLBACK').catch(() => {});
      throw error;
    }
  }
}
