import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { DirectoryBlobStore } from '@kontor/blobs';
import { jobs } from '@kontor/contracts';
import { openPostgres, openQueuePool } from '@kontor/db';
import { freshPostgresUrl, postgresMissing, stopTestDatabases } from '@kontor/db/testing';
import { createExtractor } from '@kontor/extract';
import { Opened } from '@kontor/kernel';
import { silentLogger } from '@kontor/observability';
import { createJobQueue } from '@kontor/queue';
import { runMain, type RunningMain } from '@kontor/testing';
import { ImportService } from './imports/import.service.js';

const MAIN = new URL('./main.js', import.meta.url);
const LIMITS = { sizeBytesMax: 1_000_000, timeoutMs: 30_000, memoryBytesMax: 1_073_741_824 };

let missing: string | null;
let main: RunningMain | undefined;
beforeAll(async () => {
  missing = await postgresMissing();
});
afterEach(() => main?.close());
afterAll(() => stopTestDatabases());

it('says which variable names its database', async () => {
  main = await runMain(MAIN);
  expect(await main.ended).toBe(1);
  expect(main.output()).toMatch(/^ingestion: .*set KONTOR_DATABASE_URL.*\(service\.database_missing\)\n$/);
});

it('reads what another process imports over the same database, is ready, and ends in order', async ({ skip }) => {
  if (missing !== null) skip(missing);
  const url = await freshPostgresUrl();
  main = await runMain(MAIN, { KONTOR_DATABASE_URL: url, KONTOR_TENANT: 'firm' });
  const [, address] = await main.said(/ingestion is at (\S+)/);
  expect((await fetch(`${address}/health/ready`)).status).toBe(200);
  const opened = new Opened();
  const database = opened.add(await openPostgres({ url }));
  const queue = opened.add(await createJobQueue(jobs, { backend: 'postgres', pool: opened.add(await openQueuePool({ url })) }));
  const imports = new ImportService({
    tenant: 'firm', database, blobs: new DirectoryBlobStore(join(main.directory, 'data', 'blobs')), extractor: opened.add(createExtractor(LIMITS)), embedder: () => null, embedderReady: Promise.resolve(), queue,
    enqueue: (name, data, options) => queue.enqueue(name, data as never, options), fileBytesMax: LIMITS.sizeBytesMax, importsWaitingMax: 200, logger: silentLogger,
  });
  const folder = join(main.directory, 'documents');
  await mkdir(folder);
  for (const name of ['leave', 'keys', 'travel']) await writeFile(join(folder, `${name}.md`), `# About ${name}\n\nThe office knows all about ${name}.\n`);
  const { runId } = await imports.start({ directory: folder, corpus: 'handbook' });
  await expect.poll(() => imports.progress(runId), { timeout: 60_000 }).toMatchObject({ state: 'finished', parsed: 3, failed: 0, chunks: 3 });
  await opened.close();
  main.child.kill('SIGTERM');
  expect(await main.ended).toBe(0);
  expect(main.output()).toContain('ingestion closes');
});
