import { basename, join } from 'node:path';
import type { Engine } from '../engine.js';
import { copyTree, listFolders, publishTree, removeTree, timestamp } from './files.js';

const DRAFT = '.new';

/** Copies of the store's folder, the newest last. A copy appears under its name only when it is whole and on the disk. */
export class Snapshots {
  private tookMs = -Infinity;

  constructor(
    private readonly directory: string,
    private readonly keptMax: number,
  ) {}

  async list(): Promise<string[]> {
    return (await listFolders(this.directory)).filter((name) => !name.endsWith(DRAFT));
  }

  pathOf(name: string): string {
    return join(this.directory, name);
  }

  /** Takes one. It is sent to the disk while others work again. */
  async take(engine: Engine, store: string): Promise<string> {
    // Their names order them: a clock that was set back must not put the newest before older ones.
    const newest = (await this.list()).at(-1);
    const name = timestamp(new Date(Math.max(Date.now(), newest === undefined ? 0 : Date.parse(takenAt(newest)) + 1)));
    this.tookMs = performance.now();
    const draft = this.pathOf(name + DRAFT);
    try {
      await copyStore(engine, store, draft);
      await publishTree(draft, this.pathOf(name));
    } catch (error) {
      await removeTree(draft);
      throw error;
    }
    await this.#prune();
    return name;
  }

  async isDue(everyMs: number): Promise<boolean> {
    const newest = (await this.list()).at(-1);
    if (newest === undefined) return true;
    const ageMs = Date.now() - Date.parse(takenAt(newest));
    // The newest one is of a time that is still to come where the clock was set back since.
    return ageMs >= everyMs || (ageMs < 0 && performance.now() - this.tookMs >= everyMs);
  }

  async removeDrafts(): Promise<void> {
    for (const name of await listFolders(this.directory)) if (name.endsWith(DRAFT)) await removeTree(this.pathOf(name));
  }

  async #prune(): Promise<void> {
    const names = await this.list();
    for (const name of names.slice(0, Math.max(0, names.length - this.keptMax))) await removeTree(this.pathOf(name));
  }
}

/**
 * Copies a store while it is open. The session is held while the files are copied: after a checkpoint and with nobody
 * writing, a plain copy is a store that opens.
 */
export async function copyStore(engine: Engine, store: string, target: string): Promise<void> {
  await engine.withSession('background', async (session) => {
    await session.script('CHECKPOINT');
    const [current] = await session.query<{ segment: string }>('SELECT pg_walfile_name(pg_current_wal_lsn()) AS segment');
    await copyTree(store, target, (path) => isNeedless(path, current!.segment));
  });
}

// Segments after the current one are kept by the server for reuse and hold nothing.
function isNeedless(path: string, currentSegment: string): boolean {
  const name = basename(path);
  return name === 'postmaster.pid' || (/^[0-9A-F]{24}$/.test(name) && name > currentSegment);
}

/** When a snapshot of this name was taken. */
export function takenAt(name: string): string {
  return name.replace(/T(\d\d)-(\d\d)-(\d\d)/, 'T$1:$2:$3');
}
