import type { Engine, Lane, Session } from '../engine.js';
import { storeError } from '../errors.js';
import type { LivingThread } from './living-thread.js';
import { Turns } from './turns.js';

/** The one session of PGlite, handed out in turns. */
export class PgliteEngine implements Engine {
  readonly name = 'pglite';
  readonly begin = 'BEGIN';
  readonly #turns = new Turns();

  constructor(private readonly living: LivingThread) {}

  async withSession<T>(lane: Lane, work: (session: Session) => Promise<T>): Promise<T> {
    const giveBack = await this.#turns.take(lane);
    try {
      return await work(await sessionOn(this.living));
    } finally {
      giveBack();
    }
  }

  /** Waits for its turn, so that a transaction under way still ends as it wants to. */
  async close(): Promise<void> {
    const giveBack = await this.#turns.take('person');
    try {
      await this.living.close();
    } finally {
      giveBack();
    }
  }
}

/** A session as all engines give it, on the one that a thread has. */
export async function sessionOn(living: LivingThread): Promise<Session> {
  const thread = await living.current();
  return {
    query: async <T extends object>(sql: string, parameters: readonly unknown[] = []) => (await attempt(thread.query(sql, parameters))).rows as T[],
    script: async (sql) => void (await attempt(thread.script(sql))),
    assertSpace: () => living.assertSpace(),
    // There is no other session to take instead; a thread that died already refuses everything.
    discard: () => undefined,
  };
}

async function attempt<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw storeError(error);
  }
}
