import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openEmbedded } from '../embedded/open-embedded.js';
import { emptyFolder, filledStore, moveRows, removeFolders } from '../testing/copy-world.js';
import { emptyPostgres, postgresMissing, stopTestDatabases } from '../testing/index.js';
import { holdsAlready } from './copy-rows.js';
import { openEmbeddedSource, openPostgresSource } from './open-source.js';
import { openEmbeddedTarget, openPostgresTarget } from './open-target.js';

const ROUNDS = 5;
/** A whole move takes about so long once it has begun; the kills are spread over it. */
const MOVE_MS = 3_000;
const missing = await postgresMissing();
afterAll(stopTestDatabases);
afterAll(removeFolders);

/** Lets a process move, and kills it after a while; says whether it had told that it was done. */
async function killedMove(from: string, to: string, afterMs: number): Promise<boolean> {
  const child = fork(new URL('../testing/mover.js', import.meta.url), [from, to], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const exited = once(child, 'exit');
  let done = false;
  child.on('message', (message) => (done ||= message === 'done'));
  await Promise.race([once(child, 'message'), exited]);
  await Promise.race([new Promise((resolve) => setTimeout(resolve, afterMs)), exited]);
  child.kill('SIGKILL');
  await exited;
  return done;
}

describe.skipIf(missing !== null)(`a move that is killed ${missing ?? ''}`, { timeout: 600_000 }, () => {
  it('leaves the PostgreSQL database empty or whole, and goes through when it is begun again', async () => {
    const folder = await filledStore();
    const { ownerUrl: url } = await emptyPostgres();
    const whole = { empty: 0, full: 0 };
    for (let round = 0; round < ROUNDS && whole.full === 0; round += 1) {
      const done = await killedMove(folder, url, (MOVE_MS * round) / ROUNDS);
      const source = await openEmbeddedSource(folder);
      const state = await source.read(async (snapshot) => {
        const target = await openPostgresTarget({ url, migrations: snapshot.migrations });
        const held = await holdsAlready(target, snapshot).finally(() => target.close());
        return held === null ? 'empty' : 'full';
      });
      whole[state] += 1;
      if (done) expect(state).toBe('full');
      await source.close();
      if (state === 'empty') await expect(rowsIn(folder, url)).resolves.toBe(0);
    }
    expect(whole.empty).toBeGreaterThan(0);
    if (whole.full > 0) return;
    const source = await openEmbeddedSource(folder);
    expect((await moveRows(source, (migrations) => openPostgresTarget({ url, migrations }))).tables['document']!.rows).toBeGreaterThan(10);
    await source.close();
  });

  it('leaves no store that opens, and nothing that a start does not remove, where an embedded one was to be', async () => {
    const folder = await filledStore();
    const { ownerUrl: url } = await emptyPostgres();
    const source = await openEmbeddedSource(folder);
    await moveRows(source, (migrations) => openPostgresTarget({ url, migrations }));
    await source.close();
    const target = await emptyFolder();
    const done = await killedMove(url, target, MOVE_MS / 2);
    if (!done) expect(existsSync(join(target, 'data'))).toBe(false);
    const back = openPostgresSource({ url, still: true });
    if (!done) await moveRows(back, (migrations) => openEmbeddedTarget({ directory: target, migrations }));
    await back.close();
    const store = await openEmbedded({ directory: target });
    expect(await readdir(target)).not.toContain('copy.new');
    await store.close();
  });
});

async function rowsIn(folder: string, url: string): Promise<number> {
  const source = await openEmbeddedSource(folder);
  const { migrations } = await source.read(async (snapshot) => snapshot).finally(() => source.close());
  const target = await openPostgresTarget({ url, migrations });
  const sums = await target.sums().finally(() => target.close());
  return [...sums.values()].reduce((sum, { rows }) => sum + rows, 0);
}
