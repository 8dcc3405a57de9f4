import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { corpora, documents, imports } from '@kontor/db';
import { HashEmbedder } from '@kontor/models/testing';
import { openIngestion, TENANT, uploadOf, type IngestionWorld } from '../testing/ingestion-world.js';
import { sweepBlobs } from './sweep-blobs.js';
import { UpkeepService } from './upkeep.service.js';

const BEGIN_AND_DIE = fileURLToPath(new URL('../testing/begin-and-die.js', import.meta.url));
const LEAVE = '# Leave\n\nEvery employee has thirty days of leave a year.\n';
const HOUR_MS = 3_600_000;

let world: IngestionWorld;
afterEach(() => world.close());

describe.each(['upload', 'folder'])('an import (%s) whose process was killed between its record and its queue', (kind) => {
  it('goes on after a restart, and reads each file once', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'kontor-killed-'));
    const [, signal] = (await once(spawn(process.execPath, [BEGIN_AND_DIE, directory, kind], { stdio: 'inherit' }), 'exit')) as [number | null, string | null];
    expect(signal).toBe('SIGKILL');
    world = await openIngestion(directory);
    world.setEmbedder(new HashEmbedder());
    const [left] = await world.imports.latest(1);
    expect(left).toMatchObject({ state: kind === 'upload' ? 'parsing' : 'scanning', parsed: 0 });
    let read = 0;
    const extract = world.ports.extractor.extract.bind(world.ports.extractor);
    world.ports.extractor.extract = (...file) => {
      read += 1;
      return extract(...file);
    };
    const upkeep = new UpkeepService(world.ports);
    upkeep.onApplicationBootstrap();
    // A second process that starts at the same time finds the same runs open.
    const other = new UpkeepService(world.ports);
    other.onApplicationBootstrap();
    await world.work();
    expect(await world.finished(left!.runId)).toMatchObject({ state: 'finished', files: 2, parsed: 2, failed: 0, chunks: 2, embedded: 2 });
    await Promise.all([upkeep.onApplicationShutdown(), other.onApplicationShutdown()]);
    expect(read).toBe(2);
    expect(await world.database.worker(TENANT, (tx) => imports.openRuns(tx))).toEqual([]);
  });
});

describe('originals that nothing refers to', () => {
  beforeEach(async () => {
    world = await openIngestion();
  });
  const kept = async () => {
    const keys: string[] = [];
    for await (const { key } of world.blobs.list()) keys.push(key);
    return keys.length;
  };
  // As if it were an hour later for everything.
  const later = () => sweepBlobs(world.ports, { ageMsMin: -HOUR_MS });

  it('go once they are old: of a file that could not be read, and of one that was replaced', async () => {
    await world.work();
    await world.finished((await world.uploads.upload('handbook', uploadOf({ 'leave.md': LEAVE, 'cut.pdf': '%PDF-1.7 broken' }))).runId);
    await world.finished((await world.uploads.upload('handbook', uploadOf({ 'leave.md': `${LEAVE}\nFrom 2027 on thirty-one.\n` }))).runId);
    expect(await kept()).toBe(3);
    expect(await sweepBlobs(world.ports)).toBe(0);
    // A clock of this process that is a year ahead makes nothing old.
    expect(await sweepBlobs(world.ports, { nowMs: Date.now() + 365 * 24 * HOUR_MS })).toBe(0);
    expect(await later()).toBe(2);
    const [document] = await world.database.worker(TENANT, async (tx) => documents.knownDocuments(tx, (await corpora.findCorpus(tx, 'handbook'))!.id));
    expect([await kept(), await world.blobs.has(document!.contentHash)]).toEqual([1, true]);
  });

  it('stay while an upload waits for them, or a folder is being read', async () => {
    await world.uploads.upload('handbook', uploadOf({ 'leave.md': LEAVE }));
    await world.bring({ 'keys.md': '# Keys\n\nLost keys are kept at the gate.\n' }, 'gate');
    // As the folder's job does it: kept first, named by nothing but the next job from then on.
    await world.blobs.put((await uploadOf({ 'keys.md': 'Lost keys' }).next()).value!.content);
    expect(await later()).toBe(0);
    // From here on nothing but the upload itself keeps what it waits for.
    await world.database.worker(TENANT, async (tx) => {
      for (const { id } of await imports.openRuns(tx)) await imports.setRunState(tx, id, 'failed');
    });
    expect(await later()).toBe(1);
    expect(await kept()).toBe(1);
  });
});
