import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { AppError } from '@kontor/kernel';
import { acquireLock } from '../embedded/lock.js';
import { openEngine } from '../embedded/open-engine.js';
import type { Engine } from '../engine.js';
import { PostgresEngine } from '../postgres/postgres-engine.js';
import { readSnapshot, type StoreSnapshot } from './snapshot.js';

/** How a copy's own sessions are told from those of a Kontor that works. */
const COPYING = 'kontor-copy';
const LEAVING_MS_MAX = 2_000;
const LEAVING_PAUSE_MS = 100;

/** A store from which is copied. */
export interface CopySource {
  /** Runs `work` on the store as it is at one moment. */
  read<T>(work: (snapshot: StoreSnapshot) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Opens the embedded store of a folder for this process alone, and leaves it as it is. */
export async function openEmbeddedSource(directory: string): Promise<CopySource> {
  const path = join(directory, 'data');
  if (!existsSync(path)) throw new AppError('copy.no_store', { status: 404, message: `There is no store in ${directory}. Set KONTOR_DATA to the folder of the one that you mean.`, details: { directory } });
  const lock = acquireLock(directory);
  try {
    const engine = await openEngine(path);
    const close = (): Promise<void> => engine.close().finally(() => lock.release());
    return { read: (work) => readSnapshot(engine, false, work), close };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Reads a PostgreSQL database. With `still`, nobody may use it meanwhile: what is written after a move would stay behind. */
export function openPostgresSource({ url, still = false }: { url: string; still?: boolean }): CopySource {
  const engine = openCopyingPostgres(url);
  return {
    read: async (work) => {
      if (still) await assertNobodyElse(engine);
      return readSnapshot(engine, still, work);
    },
    close: () => engine.close(),
  };
}

export const openCopyingPostgres = (url: string): PostgresEngine => new PostgresEngine({ url: `${url}${url.includes('?') ? '&' : '?'}application_name=${COPYING}`, connectionsMax: 2, statementTimeoutMs: 0, lockTimeoutMs: 0, idleInTransactionTimeoutMs: 0 });

/** Locks hold for a moment's writing only; a service that idles now would write later. */
export async function assertNobodyElse(engine: Engine): Promise<void> {
  let others = await sessionsOfOthers(engine);
  // The server takes a moment to end the sessions of a service that was just stopped.
  for (let waitedMs = 0; others > 0 && waitedMs < LEAVING_MS_MAX; waitedMs += LEAVING_PAUSE_MS) {
    await wait(LEAVING_PAUSE_MS);
    others = await sessionsOfOthers(engine);
  }
  if (others === 0) return;
  throw new AppError('copy.store_in_use', { status: 409, retry: 'later', message: `A Kontor is connected to this database (${others} sessions). Stop every service that uses it, and begin again.`, details: { sessions: others } });
}

async function sessionsOfOthers(engine: Engine): Promise<number> {
  const [row] = await engine.withSession('background', (session) =>
    session.query<{ sessions: number }>(`SELECT count(*)::integer AS sessions FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'kontor%' AND application_name <> $1`, [COPYING]),
  );
  return row!.sessions;
}
