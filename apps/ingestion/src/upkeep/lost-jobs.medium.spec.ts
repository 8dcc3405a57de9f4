import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DirectoryBlobStore } from '@kontor/blobs';
import { jobs, type JobData } from '@kontor/contracts';
import { corpora, documents, imports, openPostgres } from '@kontor/db';
import { ageRuns, freshPostgresUrl, postgresMissing, stopTestDatabases, unsettleRun } from '@kontor/db/testing';
import { AppError } from '@kontor/kernel';
import { HashEmbedder } from '@kontor/models/testing';
import { silentLogger } from '@kontor/observability';
import { createJobQueue, openRedis } from '@kontor/queue';
import { reasonToSkip, startRedis, type RedisServer } from '@kontor/services';
import type { World } from '@kontor/testing';
import { ingestionOver, TENANT, uploadOf, type IngestionWorld } from '../testing/ingestion-world.js';
import { resumeRuns } from './resume-runs.js';

const FILES = { 'leave.md': '# Leave\n\nThirty days of leave a year.\n', 'keys.md': '# Keys\n\nLost keys lie at the gate.\n' };
const QUIET_MS = 45_000;
const missing = (await reasonToSkip('redis')) ?? (await postgresMissing());

/** A store on PostgreSQL and a queue on Redis, as the services have them. */
async function openServed(server: RedisServer): Promise<World & { emptyRedis(): Promise<unknown> }> {
  const directory = await mkdtemp(join(tmpdir(), 'kontor-lost-'));
  const url = await freshPostgresUrl();
  const database = await openPostgres({ url });
  const redis = await openRedis({ url: server.url, prefix: `spec-${crypto.randomUUID()}`, waitMs: 500 });
  const queue = await createJobQueue(jobs, { backend: 'redis', redis });
  let ended: Promise<void> | undefined;
  const end = (): Promise<void> => (ended ??= queue.close().then(() => redis.close()).then(() => database.close()));
  const close = async (): Promise<void> => {
    await end();
    await rm(directory, { recursive: true, force: true });
  };
  return { directory, database, queue, blobs: new DirectoryBlobStore(join(directory, 'blobs')), logger: silentLogger, end, close, emptyRedis: () => redis.connect('calls').flushall() };
}

describe.skipIf(missing !== null)(missing === null ? 'an import over PostgreSQL and Redis' : `an import over servers: skipped, ${missing}`, () => {
  let server: RedisServer;
  let world: IngestionWorld;
  let emptyRedis: () => Promise<unknown>;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(async () => {
    await server.stop();
    await stopTestDatabases();
  });
  beforeEach(async () => {
    const served = await openServed(server);
    ({ emptyRedis } = served);
    world = ingestionOver(served);
    world.setEmbedder(new HashEmbedder());
  });
  afterEach(() => world.close());

  const run = <T>(work: Parameters<typeof world.database.worker<T>>[1]) => world.database.worker(TENANT, work);
  const corpusOf = async () => (await run((tx) => corpora.findCorpus(tx, 'handbook')))!;
  const known = async () => {
    const { id } = await corpusOf();
    return new Map((await run((tx) => documents.knownDocuments(tx, id))).map(({ path, contentHash }) => [path, contentHash]));
  };
  const aWhileLater = () => run(ageRuns);
  const shaOf = (text: string): string => createHash('sha256').update(text).digest('hex');
  const ingestJob = async (runId: string, path: string, text: string): Promise<JobData<'document.ingest'>> => ({ tenant: TENANT, runId, corpusId: (await corpusOf()).id, path, blobKey: shaOf(text), contentHash: shaOf(text), sizeBytes: text.length });

  const folderJob = async (runId: string) => ({ tenant: TENANT, runId, corpusId: (await corpusOf()).id, directory: join(world.directory, 'brought', 'handbook') });
  const stages: Record<string, () => Promise<string>> = {
    'the folder was looked through': async () => (await world.bring(FILES)).runId,
    'its documents were read': async () => {
      const { runId } = await world.bring(FILES);
      await world.folders.run(await folderJob(runId));
      return runId;
    },
    'one of its documents was read': async () => {
      const { runId } = await world.bring(FILES);
      await world.folders.run(await folderJob(runId));
      await world.documents.run(await ingestJob(runId, 'leave.md', FILES['leave.md']), { signal: new AbortController().signal });
      return runId;
    },
    'its vectors were made': async () => {
      const { runId } = await world.bring(FILES);
      await world.folders.run(await folderJob(runId));
      for (const [path, text] of Object.entries(FILES)) await world.documents.run(await ingestJob(runId, path, text), { signal: new AbortController().signal });
      await run((tx) => imports.setRunState(tx, runId, 'embedding'));
      return runId;
    },
    'its upload was read': async () => (await world.uploads.upload('handbook', uploadOf(FILES))).runId,
  };

  it.each(Object.keys(stages))('goes on though Redis lost everything before %s, and only once it was quiet', async (stage) => {
    const runId = await stages[stage]!();
    await emptyRedis();
    await resumeRuns(world.ports, QUIET_MS);
    expect((await world.queue.queues()).map(({ waiting }) => waiting)).toEqual([0, 0, 0, 0]);
    await aWhileLater();
    await Promise.all([resumeRuns(world.ports, QUIET_MS), resumeRuns(world.ports, QUIET_MS)]);
    await world.work();
    expect(await world.finished(runId)).toMatchObject({ state: 'finished', files: 2, parsed: 2, failed: 0, chunks: 2, embedded: 2 });
    expect(await run((tx) => imports.openRuns(tx))).toEqual([]);
  });

  it('goes on though a job failed and nobody could take note of it', async () => {
    const { runId } = await world.bring(FILES);
    const folder = await world.queue.startWorkers([{ job: 'folder.import', run: (data) => world.folders.run(data) }], { queues: ['imports'] });
    const deaf = await world.queue.startWorkers([{ job: 'document.ingest', run: () => Promise.reject(new AppError('spec.broken')), failed: () => Promise.resolve() }], { queues: ['ingestion'] });
    await expect.poll(async () => (await world.queue.counts('document.ingest')).failed, { timeout: 10_000 }).toBe(2);
    await Promise.all([folder.close(), deaf.close()]);
    await aWhileLater();
    await resumeRuns(world.ports, QUIET_MS);
    await world.work();
    expect(await world.finished(runId)).toMatchObject({ state: 'finished', parsed: 2, failed: 0, embedded: 2 });
    expect((await world.queue.counts('document.ingest')).failed).toBe(0);
  });

  it('is taken while Redis is away, and begins when it is back', async () => {
    await server.kill();
    const { runId } = await world.bring(FILES);
    const upload = await world.uploads.upload('gate', uploadOf({ 'gate.md': '# Gate\n\nThe gate opens at six.\n' }));
    await aWhileLater();
    await resumeRuns(world.ports, QUIET_MS);
    await server.restart();
    await world.work();
    await aWhileLater();
    await expect.poll(() => resumeRuns(world.ports, QUIET_MS).then(aWhileLater).then(() => world.imports.progress(runId)), { timeout: 20_000, interval: 500 }).toMatchObject({ state: 'finished', parsed: 2 });
    expect(await world.finished(upload.runId)).toMatchObject({ state: 'finished', parsed: 1 });
  });

  it('takes nothing back that a later one brought or removed, though Redis is set to an older state', async () => {
    await world.work();
    const first = await world.bring({ ...FILES, 'old.md': '# Old\n\nThis will be removed.\n' });
    await world.finished(first.runId);
    await rm(join(world.directory, 'brought', 'handbook', 'old.md'));
    const changed = `${FILES['leave.md']}\nFrom 2027 on thirty-one.\n`;
    const second = await world.bring({ 'leave.md': changed });
    await world.finished(second.runId);
    // What the older state of Redis holds: every job of the first import, and its files as if none was settled.
    await run((tx) => unsettleRun(tx, first.runId));
    for (const [path, text] of Object.entries({ ...FILES, 'old.md': '# Old\n\nThis will be removed.\n' })) {
      await world.documents.run(await ingestJob(first.runId, path, text), { signal: new AbortController().signal });
    }
    await world.folders.run(await folderJob(first.runId));
    await world.embedding.run({ tenant: TENANT, corpusId: (await corpusOf()).id, runId: first.runId }, { signal: new AbortController().signal });
    expect(await known()).toEqual(new Map([['keys.md', shaOf(FILES['keys.md'])], ['leave.md', shaOf(changed)]]));
    expect(await run((tx) => imports.openRuns(tx))).toEqual([]);
    expect(await world.imports.progress(first.runId)).toMatchObject({ state: 'finished' });
  });
});
