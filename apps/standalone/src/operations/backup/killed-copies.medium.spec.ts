import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DirectoryBlobStore, S3BlobStore, type BlobStore } from '@kontor/blobs';
import { loadConfig } from '@kontor/config';
import { openPostgresTarget } from '@kontor/db';
import { emptyPostgres, filledStore, postgresMissing, removeFolders, stopTestDatabases } from '@kontor/db/testing';
import { reasonToSkip, startS3, type S3Server } from '@kontor/services';
import { startStandalone } from '../../standalone.js';
import { KontorClient } from '../../cli/client.js';
import { openTarget } from '../../cli/commands/restore.js';
import { assertSameRecall, measureRecall, type Recall } from '../../cli/evaluation/measure-recall.js';
import { openBackup } from './read-backup.js';
import { restoreBackup } from './restore-backup.js';
import { withSearch } from './serve-search.js';

const COPY_AND_DIE = fileURLToPath(new URL('../../testing/copy-and-die.js', import.meta.url));
const FILES = ['leave', 'keys', 'gate'];
const missing = (await postgresMissing()) ?? (await reasonToSkip('s3'));

describe.skipIf(missing !== null)(missing === null ? 'a copy that is killed' : `a copy that is killed: skipped, ${missing}`, { timeout: 240_000 }, () => {
  let s3: S3Server;
  let embedded: string;
  let services: string;
  let documents: string;
  let backup: string;
  let recall: Recall;
  const questions = (): string => join(documents, 'questions.jsonl');
  const made: string[] = [];
  const folder = async (): Promise<string> => {
    const path = await mkdtemp(join(tmpdir(), 'kontor-killed-'));
    made.push(path);
    return path;
  };

  // A store with originals, as an import leaves it.
  beforeAll(async () => {
    [s3, embedded, documents] = await Promise.all([startS3(), filledStore(), folder()]);
    services = (await emptyPostgres()).ownerUrl;
    await mkdir(join(documents, 'docs'));
    for (const name of FILES) await writeFile(join(documents, 'docs', `${name}.md`), `# ${name}\n\nAll about ${name}.\n`);
    const kontor = await startStandalone({ config: loadConfig({ KONTOR_HOME: join(embedded, 'home'), KONTOR_DATA: embedded, KONTOR_PORT: '0', KONTOR_MODEL_SOURCES: 'local', KONTOR_LOG_LEVEL: 'silent' }) });
    await writeFile(join(documents, 'access.json'), JSON.stringify({ groups: ['staff'], prefixes: { '': ['staff'] } }));
    await writeFile(join(documents, 'users.json'), JSON.stringify({ implicit_groups: [], users: [{ id: 'ada', groups: ['staff'] }] }));
    await writeFile(questions(), FILES.map((name) => `${JSON.stringify({ id: name, kind: 'answerable', question: `What about ${name}?`, asked_by: 'ada', gold: [{ doc: `${name}.md`, quote: `All about ${name}` }] })}\n`).join(''));
    const { runId } = await kontor.imports.start({ directory: join(documents, 'docs'), corpus: 'killed', accessFile: join(documents, 'access.json'), usersFile: join(documents, 'users.json') });
    while ((await kontor.imports.progress(runId)).state !== 'finished') await new Promise((wake) => setTimeout(wake, 100));
    recall = await measureRecall(new KontorClient(kontor.address), questions(), 'killed');
    await kontor.close();
  }, 240_000);
  afterAll(async () => {
    await s3.stop();
    await stopTestDatabases();
    await removeFolders();
    for (const path of made) await rm(path, { recursive: true, force: true });
  });

  /** Does it in a process of its own, which is killed at the step where one is named; says how it ended. */
  async function copy(kind: string, from: string, to: string, step = '', data = ''): Promise<unknown> {
    const env = { ...s3.variables, KONTOR_HOME: join(documents, 'home'), KONTOR_DATA: data || join(documents, 'unused') };
    const child = spawn(process.execPath, [COPY_AND_DIE, kind, from, to, ...(step ? [step] : [])], { env, stdio: ['ignore', 'inherit', 'inherit'] });
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
    return signal ?? code;
  }
  const bucket = () => new S3BlobStore({ endpoint: s3.endpoint, region: s3.region, bucket: s3.bucket, accessKey: s3.accessKey, secretKey: s3.secretKey });
  /** How many originals lie there, each read and held against its hash. */
  async function originals(store: BlobStore): Promise<number> {
    let count = 0;
    for await (const { key } of store.list()) {
      for await (const _ of await store.get(key));
      count += 1;
    }
    return count;
  }
  async function rowsAt(url: string): Promise<number> {
    const { migrations } = (await openBackup(backup)).manifest;
    const target = await openPostgresTarget({ url, migrations });
    const sums = await target.sums().finally(() => target.close());
    return [...sums.values()].reduce((sum, { rows }) => sum + rows, 0);
  }

  it('as a move to PostgreSQL and a bucket leaves the target to be begun again, with every original once it went through', async () => {
    expect(await copy('move', embedded, services, 'document')).toBe('SIGKILL');
    expect(await copy('move', embedded, services)).toBe(0);
    expect(await originals(bucket())).toBe(FILES.length);
  });

  it('as a backup leaves nothing that passes for one, and the next takes its place', async () => {
    const target = join(await folder(), 'backup');
    for (const step of ['chunk', 'what people see and find']) {
      expect(await copy('backup', services, target, step)).toBe('SIGKILL');
      expect(existsSync(target)).toBe(false);
      await expect(openBackup(`${target}.part`)).rejects.toMatchObject({ code: 'backup.unfinished' });
    }
    expect(await copy('backup', services, target)).toBe(0);
    expect((await openBackup(target)).manifest.blobs).toMatchObject({ count: FILES.length, damaged: 0 });
    expect(existsSync(`${target}.part`)).toBe(false);
    backup = target;
  });

  it('as a restore leaves the database empty, or whole where only its last step was missing, and goes through when it is begun again', async () => {
    const { ownerUrl } = await emptyPostgres();
    const data = await folder();
    expect(await copy('restore', backup, ownerUrl, 'chunk', data)).toBe('SIGKILL');
    expect(await rowsAt(ownerUrl)).toBe(0);
    expect(await copy('restore', backup, ownerUrl, 'the schema', data)).toBe('SIGKILL');
    expect(await rowsAt(ownerUrl)).toBeGreaterThan(100);
    expect(await copy('restore', backup, ownerUrl, '', data)).toBe(0);
    expect(await originals(new DirectoryBlobStore(join(data, 'blobs')))).toBe(FILES.length);
  });

  it('as a restore is proven by the recall that people have on the server, and undone where it is another one', async () => {
    const { ownerUrl, serviceUrl } = await emptyPostgres();
    const data = await folder();
    const config = loadConfig({ KONTOR_HOME: join(documents, 'home'), KONTOR_DATA: data, KONTOR_DATABASE_URL: serviceUrl, KONTOR_MODEL_SOURCES: 'local' });
    const opened = await openBackup(backup);
    const restore = async (before: Recall) => {
      const target = await openTarget(config, opened.manifest.migrations, ownerUrl);
      const prove = async (): Promise<void> => assertSameRecall(before, await withSearch(config, ownerUrl, (client) => measureRecall(client, questions(), 'killed')));
      return restoreBackup({ backup: opened, target, blobs: new DirectoryBlobStore(join(data, 'blobs')), verify: true, prove }).finally(() => target.close());
    };
    const better = { ...recall, recall: Object.fromEntries(Object.keys(recall.recall).map((name) => [name, 2])) };
    await expect(restore(better)).rejects.toMatchObject({ code: 'restore.recall_differs' });
    expect([await rowsAt(ownerUrl), await originals(new DirectoryBlobStore(join(data, 'blobs')))]).toEqual([0, 0]);
    expect(await restore(recall)).toMatchObject({ already: false, searchesCompared: 25 });
    expect(Object.values(recall.recall)).toContain(1);
    const now = await withSearch(config, ownerUrl, (client) => measureRecall(client, questions(), 'killed'));
    expect(now.hits).toBe(recall.hits);
    await expect(withSearch(config, 'postgres://owner@host/elsewhere', () => Promise.resolve())).rejects.toMatchObject({ code: 'backup.other_database' });
  });

  it('was moved whole, and goes back with its originals from the bucket', async () => {
    // What a kill leaves of it is killed-move.medium.spec.ts of libs/db.
    const target = await folder();
    expect(await copy('move', services, target)).toBe(0);
    expect(await originals(new DirectoryBlobStore(join(target, 'blobs')))).toBe(FILES.length);
    expect(await readdir(target)).not.toContain('copy.new');
  });
});
