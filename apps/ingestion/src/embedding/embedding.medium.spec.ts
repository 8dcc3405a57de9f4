import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ADMINISTRATOR, type Scope } from '@kontor/contracts';
import { corpora, denseText, documents, imports, retrieval } from '@kontor/db';
import { AppError } from '@kontor/kernel';
import { HashEmbedder } from '@kontor/models/testing';
import { openIngestion, TENANT, type IngestionWorld } from '../testing/ingestion-world.js';

const ADMIN: Scope = { tenant: TENANT, person: 'admin', principals: [ADMINISTRATOR] };
const LEAVE = '# Leave\n\nEvery employee has thirty days of leave a year.\n';
const KEYS = '# Keys\n\nLost keys are kept at the gate for ninety days.\n';

let world: IngestionWorld;
beforeEach(async () => {
  world = await openIngestion();
});
afterEach(() => world.close());

const corpus = (name = 'handbook') => world.database.worker(TENANT, (tx) => corpora.findCorpus(tx, name));
const counts = async (name = 'handbook') => {
  const { id } = (await corpus(name))!;
  return world.database.worker(TENANT, (tx) => documents.countChunks(tx, id));
};

describe('the embedder of a corpus', () => {
  it('is the one that runs, whatever its name and the length of its vectors', async () => {
    world.setEmbedder(new HashEmbedder({ model: 'another-embedder', dimensions: 96 }));
    await world.work();
    const progress = await world.finished((await world.bring({ 'leave.md': LEAVE })).runId);
    expect(progress).toMatchObject({ state: 'finished', chunks: 1, embedded: 1, notices: [expect.stringContaining('No access rules')] });
    expect(await corpus()).toMatchObject({ embedder: 'another-embedder', dimensions: 96 });
  });

  it('may come after the import: words are found at once, and its vectors follow without a second import', async () => {
    await world.work();
    const progress = await world.finished((await world.bring({ 'leave.md': LEAVE })).runId);
    expect(progress).toMatchObject({ state: 'finished', chunks: 1, embedded: 0 });
    expect(progress.notices.join()).toContain('searched by words only');
    world.setEmbedder(new HashEmbedder({ model: 'late-embedder' }));
    await world.embedding.resume();
    await expect.poll(() => counts(), { timeout: 20_000 }).toEqual({ chunks: 1, embedded: 1 });
    expect((await corpus())!.embedder).toBe('late-embedder');
  });

  it('is waited for while it loads, and its import is not finished before', async () => {
    let ready: () => void = () => undefined;
    world.ports.embedderReady = new Promise<void>((resolve) => (ready = resolve));
    await world.work();
    const { runId } = await world.bring({ 'leave.md': LEAVE });
    await expect.poll(async () => (await world.imports.progress(runId)).state, { timeout: 20_000 }).toBe('embedding');
    world.setEmbedder(new HashEmbedder());
    ready();
    expect(await world.finished(runId)).toMatchObject({ state: 'finished', chunks: 1, embedded: 1, notices: [expect.stringContaining('No access rules')] });
  });

  it('stays the one that made the first vector: vectors of two models never lie in one corpus', async () => {
    world.setEmbedder(new HashEmbedder({ model: 'first-embedder' }));
    await world.work();
    await world.finished((await world.bring({ 'leave.md': LEAVE })).runId);
    // Of one length, so that only the name tells them apart.
    const second = new HashEmbedder({ model: 'second-embedder' });
    world.setEmbedder(second);
    const progress = await world.finished((await world.bring({ 'keys.md': KEYS })).runId);
    expect(progress).toMatchObject({ state: 'finished', parsed: 1, chunks: 2, embedded: 1 });
    expect(progress.notices.join()).toMatch(/embedded with first-embedder, and second-embedder runs now.*kontor models use first-embedder/);
    const kept = (await corpus())!;
    expect(corpora.isEmbeddedBy(kept, second)).toBe(false);
    const [vector] = await second.embed(['keys'], 'query');
    const found = await world.database.person(ADMIN, (tx) => retrieval.nearestDense(tx, [kept.id], denseText(vector!), 10));
    expect(found).toHaveLength(1);
    world.setEmbedder(new HashEmbedder({ model: 'first-embedder' }));
    await world.embedding.resume();
    await expect.poll(() => counts(), { timeout: 20_000 }).toEqual({ chunks: 2, embedded: 2 });
  });
});

describe('a document that comes again', () => {
  it('gets its vectors though the embedding of its run has looked for the last time', async () => {
    world.setEmbedder(new HashEmbedder());
    let finish: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (finish = resolve));
    const extract = world.ports.extractor.extract.bind(world.ports.extractor);
    world.ports.extractor.extract = () => Promise.reject(new AppError('document.damaged'));
    // The handler is done, but its job still counts as running: the moment in which an id is taken and nobody looks.
    await world.work((run) => run().then(() => gate));
    const { runId } = await world.bring({ 'leave.md': LEAVE });
    expect(await world.finished(runId)).toMatchObject({ parsed: 0, failed: 1 });
    const { id } = (await corpus())!;
    expect(await world.queue.state('corpus.embed', `embed-${runId}`)).toBe('active');
    // As an administrator has its job run again once the cause is mended.
    world.ports.extractor.extract = extract;
    const blobKey = createHash('sha256').update(LEAVE).digest('hex');
    const job = { tenant: TENANT, runId, corpusId: id, path: 'leave.md', blobKey, contentHash: blobKey, sizeBytes: LEAVE.length };
    await world.documents.run(job, { signal: new AbortController().signal });
    expect(await counts()).toEqual({ chunks: 1, embedded: 0 });
    finish();
    await expect.poll(() => counts(), { timeout: 20_000 }).toEqual({ chunks: 1, embedded: 1 });
    expect(await world.database.worker(TENANT, (tx) => imports.readRun(tx, runId))).toMatchObject({ state: 'finished', parsed: 1, failed: 0 });
  });
});
