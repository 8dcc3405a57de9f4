import type { Engine } from '../engine.js';

const CHECKPOINT_BYTES = 64 * 1024 * 1024;
const VACUUM_BYTES = 128 * 1024 * 1024;
const TICK_MS = 10_000;
/** Tables of the main store whose rows change often; the session is given back between them. */
export const CHANGING_TABLES = ['term', 'corpus', 'chunk_pending', 'document', 'document_text', 'document_term', 'chunk', 'chunk_lexical', 'chunk_dense', 'import_item', 'message', 'outbox', 'event_taken', 'usage_day'];

/**
 * What the server's own helpers do elsewhere. The embedded engine has none: without this the log grows until the next
 * shutdown, and with it the time that a start after a crash takes.
 */
export class Maintenance {
  #written = 0;
  #checkpointed = 0;
  #vacuumed = 0;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  /** `tables` are vacuumed one by one; without them all are at once, which suits a small store. */
  constructor(
    private readonly engine: Engine,
    private readonly tables: readonly string[] = [''],
  ) {}

  start(onError: (error: unknown) => void, afterTick: () => Promise<void> = async () => undefined): void {
    const tick = (): void => {
      this.#running = this.tick().then(afterTick).catch(onError).finally(() => {
        if (this.#timer) this.#timer = setTimeout(tick, TICK_MS).unref();
      });
    };
    this.#timer = setTimeout(tick, TICK_MS).unref();
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#running;
  }

  /** Bytes of log written since `since`; a measure of how much has changed. */
  async writtenBytes(): Promise<number> {
    return this.engine.withSession('background', async (session) => {
      const [row] = await session.query<{ bytes: number }>(`SELECT (pg_current_wal_lsn() - '0/0')::float8 AS bytes`);
      return row!.bytes;
    });
  }

  /** Frees the space of replaced rows and refreshes what the planner knows. Worth its time after an import. */
  async vacuum(): Promise<void> {
    for (const table of this.tables) {
      await this.engine.withSession('background', (session) => session.script(`VACUUM (ANALYZE) ${table}`));
    }
    this.#vacuumed = await this.writtenBytes();
  }

  /** What the timer does. */
  async tick(): Promise<void> {
    this.#written = await this.writtenBytes();
    if (this.#checkpointed === 0) this.#checkpointed = this.#vacuumed = this.#written;
    if (this.#written - this.#checkpointed > CHECKPOINT_BYTES) {
      await this.engine.withSession('background', (session) => session.script('CHECKPOINT'));
      this.#checkpointed = this.#written;
    }
    if (this.#written - this.#vacuumed > VACUUM_BYTES) await this.vacuum();
  }
}
