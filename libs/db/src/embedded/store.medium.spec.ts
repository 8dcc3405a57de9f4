import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import * as corpora from '../repositories/corpora.js';
import { makeCorpus } from '../testing/factories.js';
import { killRound, Ledger, type WriterMode } from '../testing/kill-store.js';
import { Random } from '../testing/random.js';
import { copyTree } from './files.js';
import { LivingThread } from './living-thread.js';
import { type EmbeddedStore, openEmbedded } from './open-embedded.js';
import { compileEngine } from './open-engine.js';
import { PgliteEngine } from './pglite-engine.js';
import { PgliteThread } from './pglite-thread.js';
import { Snapshots } from './snapshots.js';

const TENANT = 't';
const made: string[] = [];
let template: Promise<string> | undefined;

/** A folder with a store that holds one corpus and one snapshot of it. */
async function storeFolder(): Promise<string> {
  template ??= makeTemplate();
  const directory = await mkdtemp(join(tmpdir(), 'kontor-store-'));
  made.push(directory);
  await copyTree(await template, directory);
  return directory;
}

async function makeTemplate(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'kontor-store-'));
  made.push(directory);
  const store = await openEmbedded({ directory });
  await add(store, 'saved');
  await store.snapshot();
  await store.close();
  return directory;
}

const add = (store: EmbeddedStore, name: string): Promise<unknown> => store.database.worker(TENANT, (tx) => makeCorpus(tx, name));
const has = async (store: EmbeddedStore, name: string): Promise<boolean> => (await store.database.worker(TENANT, (tx) => corpora.findCorpus(tx, name))) !== null;
/** Damage as a disk does it: the file that says where the log begins is gone. */
const damage = (directory: string): Promise<void> => writeFile(join(directory, 'global', 'pg_control'), 'nothing');

afterAll(async () => {
  for (const directory of made) await rm(directory, { recursive: true, force: true });
});

describe('a store that does not open', () => {
  it('gives way to its newest snapshot, lies untouched beside it, and the notice says so', { timeout: 60_000 }, async () => {
    const directory = await storeFolder();
    await damage(join(directory, 'data'));
    const store = await openEmbedded({ directory });
    try {
      const aside = (await readdir(directory)).find((name) => name.startsWith('data.broken-'))!;
      expect(store.notices).toEqual([expect.stringContaining(join(directory, aside))]);
      expect(store.notices[0]).toContain('import the folders again');
      expect(existsSync(join(directory, aside, 'global', 'pg_control'))).toBe(true);
      expect(await has(store, 'saved')).toBe(true);
    } finally {
      await store.close();
    }
  });

  it('passes over a snapshot that does not open either', { timeout: 60_000 }, async () => {
    const directory = await storeFolder();
    const first = (await openEmbedded({ directory }));
    await add(first, 'later');
    const newest = await first.snapshot();
    await first.close();
    await damage(join(directory, 'data'));
    await damage(newest);
    const store = await openEmbedded({ directory });
    try {
      expect([await has(store, 'saved'), await has(store, 'later')]).toEqual([true, false]);
    } finally {
      await store.close();
    }
  });

  it('is left as it is where there is no snapshot, and does not open as an empty one', { timeout: 60_000 }, async () => {
    const directory = await storeFolder();
    await rm(join(directory, 'snapshots'), { recursive: true });
    await damage(join(directory, 'data'));
    for (let start = 0; start < 2; start += 1) await expect(openEmbedded({ directory })).rejects.toMatchObject({ code: 'store.unreadable' });
    expect((await readdir(directory)).sort()).toEqual(['data', 'queue']);
  });

  it('is restored also when the start before was killed between moving it away and that', { timeout: 60_000 }, async () => {
    const directory = await storeFolder();
    await rename(join(directory, 'data'), join(directory, 'data.broken-then'));
    const store = await openEmbedded({ directory });
    try {
      expect(await has(store, 'saved')).toBe(true);
      expect(store.notices).toHaveLength(1);
    } finally {
      await store.close();
    }
  });

  it('of another version of PostgreSQL is told apart from a broken one', { timeout: 60_000 }, async () => {
    const directory = await storeFolder();
    await writeFile(join(directory, 'data', 'PG_VERSION'), '17\n');
    await expect(openEmbedded({ directory })).rejects.toMatchObject({ code: 'store.other_version', details: { version: '17' } });
    expect((await readdir(directory)).sort()).toEqual(['data', 'queue', 'snapshots']);
  });

  it('does not take the queue for the store: a queue that does not open starts empty', { timeout: 60_000 }, async () => {
    const directory = await storeFolder();
    await damage(join(directory, 'queue'));
    const store = await openEmbedded({ directory });
    try {
      expect(store.notices).toEqual([expect.stringMatching(/^The queue did not open and starts empty/)]);
      expect((await store.queuePool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
      expect(await has(store, 'saved')).toBe(true);
    } finally {
      await store.close();
    }
  });
});

describe('the store', () => {
  it('refuses a folder that it may not write to, and says which', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'kontor-store-'));
    made.push(directory);
    await writeFile(join(directory, 'file'), '');
    await expect(openEmbedded({ directory: join(directory, 'file') })).rejects.toMatchObject({ code: 'store.not_writable' });
  });

  it('keeps the newest snapshots, and drops what an interrupted one left', { timeout: 60_000 }, async () => {
    const directory = await storeFolder();
    await copyTree(join(directory, 'queue'), join(directory, 'snapshots', '2026-01-01T00-00-00.000Z.new'));
    const store = await openEmbedded({ directory, snapshotsKept: 2 });
    const names = [await store.snapshot(), await store.snapshot()];
    await store.close();
    expect((await readdir(join(directory, 'snapshots'))).map((name) => join(directory, 'snapshots', name))).toEqual(names);
  });

  it('takes the newest for the newest though the clock was set back, and takes the next one in time', { timeout: 60_000 }, async () => {
    const directory = await storeFolder();
    await copyTree(join(directory, 'data'), join(directory, 'snapshots', '2099-01-01T00-00-00.000Z'));
    const snapshots = new Snapshots(join(directory, 'snapshots'), 2);
    expect(await snapshots.isDue(3_600_000)).toBe(true);
    const store = await openEmbedded({ directory, snapshotsKept: 2 });
    const names = [await store.snapshot(), await store.snapshot()];
    await store.close();
    expect(names.map((name) => basename(name))).toEqual(['2099-01-01T00-00-00.001Z', '2099-01-01T00-00-00.002Z']);
    expect((await readdir(join(directory, 'snapshots'))).sort()).toEqual(names.map((name) => basename(name)));
  });

  it('goes on after its thread died: what was committed is there, what was not is gone', { timeout: 60_000 }, async () => {
    const directory = await storeFolder();
    const settings = { directory: join(directory, 'data'), module: await compileEngine(), extensions: ['vector' as const], parameters: [] };
    const thread = await PgliteThread.start(settings);
    const engine = new PgliteEngine(new LivingThread(thread, directory, () => PgliteThread.start(settings)));
    const names = () => engine.withSession('person', (session) => session.query<{ name: string }>('SELECT name FROM corpus ORDER BY name'));
    const copy = (name: string) => `INSERT INTO corpus (tenant, id, name, access_state, generation_id) VALUES ('t', gen_random_uuid(), '${name}', 'ruled', gen_random_uuid())`;
    const attempt = engine.withSession('person', async (session) => {
      await session.script(copy('committed'));
      await session.script('BEGIN');
      await session.script(copy('open'));
      await thread.kill();
      await session.query('SELECT 1');
    });
    await expect(attempt).rejects.toMatchObject({ code: 'store.stopped', retry: 'later' });
    expect(await names()).toEqual([{ name: 'committed' }, { name: 'saved' }]);
    await engine.close();
    await expect(names()).rejects.toMatchObject({ code: 'store.closed' });
  });

  it('loses nothing that was committed when its process is killed, and always opens', { timeout: 180_000 }, async () => {
    const directory = await mkdtemp(join(tmpdir(), 'kontor-store-'));
    made.push(directory);
    const ledger = new Ledger();
    const random = new Random(3);
    for (const mode of ['start', 'import', 'answer', 'import', 'start'] satisfies WriterMode[]) {
      expect(await killRound(directory, mode, ledger, random)).toMatchObject({ mode, faults: [] });
    }
    expect(ledger.size).toBeGreaterThan(0);
  });
});
