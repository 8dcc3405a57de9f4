import { appendFile, cp, mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DirectoryBlobStore } from '@kontor/blobs';
import { describeConfiguration, loadConfig } from '@kontor/config';
import { SearchResponse, StoreCopied } from '@kontor/contracts';
import { openEmbeddedTarget } from '@kontor/db';
import { filledStore, removeFolders } from '@kontor/db/testing';
import { KontorClient } from '../../cli/client.js';
import { assertSameRecall, measureRecall, type Recall } from '../../cli/evaluation/measure-recall.js';
import { startStandalone } from '../../standalone.js';
import { openBackup } from './read-backup.js';
import { restoreBackup } from './restore-backup.js';
import { openRunningSource } from './running-copy.js';
import { writeBackup } from './write-backup.js';

const SECRET = 'hush-hush-hush';
const made: string[] = [];
let backup: string;
let questions: string;
let recall: Recall;

const folder = async (): Promise<string> => {
  const path = await mkdtemp(join(tmpdir(), 'kontor-backup-'));
  made.push(path);
  return path;
};
const configOf = (directory: string) => loadConfig({ KONTOR_HOME: join(directory, 'home'), KONTOR_DATA: directory, KONTOR_PORT: '0', KONTOR_MODEL_SOURCES: 'local', KONTOR_LOG_LEVEL: 'silent', KONTOR_S3_ACCESS_KEY: SECRET, KONTOR_S3_SECRET_KEY: SECRET });
const search = (client: KontorClient) => client.as('ada').post('/api/search', { question: 'leave', corpus: 'handbook' }, SearchResponse);

async function restored(from: string, target: string, prove?: (draft: string | null) => Promise<void>) {
  const opened = await openBackup(from);
  const copy = await openEmbeddedTarget({ directory: target, migrations: opened.manifest.migrations });
  return restoreBackup({ backup: opened, target: copy, blobs: new DirectoryBlobStore(join(target, 'blobs')), verify: true, prove }).finally(() => copy.close());
}

// A Kontor that runs, with two firms and a corpus that was really imported; the backup is made beside it.
beforeAll(async () => {
  const directory = await filledStore();
  const documents = await folder();
  made.push(directory);
  await mkdir(join(documents, 'docs'));
  await writeFile(join(documents, 'docs', 'leave.md'), '# Leave\n\nEvery employee has thirty days of leave a year.\n');
  await writeFile(join(documents, 'access.json'), JSON.stringify({ groups: ['staff'], prefixes: { '': ['staff'] } }));
  await writeFile(join(documents, 'users.json'), JSON.stringify({ implicit_groups: [], users: [{ id: 'ada', groups: ['staff'] }, { id: 'bob', groups: [] }] }));
  questions = join(documents, 'questions.jsonl');
  await writeFile(questions, `${JSON.stringify({ id: 'q1', kind: 'answerable', question: 'How many days of leave?', asked_by: 'ada', gold: [{ doc: 'leave.md', quote: 'thirty days of leave' }] })}\n`);
  const kontor = await startStandalone({ config: configOf(directory) });
  const client = new KontorClient(kontor.address);
  await kontor.imports.start({ directory: join(documents, 'docs'), corpus: 'handbook', accessFile: join(documents, 'access.json'), usersFile: join(documents, 'users.json') });
  while ((await search(client).catch(() => ({ hits: [] }))).hits.length === 0) await new Promise((wake) => setTimeout(wake, 200));
  recall = await measureRecall(client, questions, 'handbook');
  backup = join(await folder(), 'backup');
  const source = await openRunningSource(directory, () => client.post('/api/admin/store-copies', undefined, StoreCopied));
  await writeBackup({ target: backup, source, blobs: new DirectoryBlobStore(join(directory, 'blobs')), models: [], configuration: describeConfiguration(configOf(directory)), recall }).finally(() => source.close());
  expect(await readdir(directory)).not.toContain('backup.copy');
  await expect(client.post('/api/admin/store-copies', undefined, StoreCopied)).rejects.toMatchObject({ code: 'backup.nobody_waits' });
  await kontor.close();
}, 600_000);
afterAll(removeFolders);
afterAll(async () => {
  for (const path of made) await rm(path, { recursive: true, force: true });
});

/** A copy of the backup, to be broken. */
async function broken(change: (path: string) => Promise<unknown>): Promise<string> {
  const path = join(await folder(), 'backup');
  await cp(backup, path, { recursive: true });
  await change(path);
  return path;
}

async function flip(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, 20);
  buffer[0] = buffer[0]! ^ 1;
  await handle.write(buffer, 0, 1, 20);
  await handle.close();
}

const blobOf = async (path: string): Promise<string> => {
  const names = await readdir(join(path, 'blobs'), { recursive: true });
  return join(path, 'blobs', names.find((name) => /[0-9a-f]{64}$/.test(name))!);
};

describe('a backup of a running Kontor', { timeout: 400_000 }, () => {
  it('is restored with every row, every original, the same rights and the same recall, and serves', async () => {
    const target = await folder();
    const report = await restored(backup, target, async (draft) => {
      const own = await startStandalone({ config: { ...configOf(target), store: { directory: draft! } }, quiet: true, port: 0 });
      const now = await measureRecall(new KontorClient(own.address), questions, 'handbook').finally(() => own.close());
      assertSameRecall(recall, now);
      expect(now.hits).toBe(recall.hits);
    });
    expect(report).toMatchObject({ blobs: { count: 1, damaged: 0 }, searchesCompared: 25 });
    expect(report.peopleCompared).toBe(8);
    const kontor = await startStandalone({ config: configOf(target) });
    expect(kontor.notices).toEqual([]);
    const found = await search(new KontorClient(kontor.address));
    expect(found.hits.map(({ path }) => path)).toEqual(['leave.md']);
    await expect(new KontorClient(kontor.address).as('bob').post('/api/search', { question: 'leave', corpus: 'handbook' }, SearchResponse)).rejects.toMatchObject({ code: 'corpus.unknown' });
    await kontor.close();
    await expect(restored(backup, target)).rejects.toMatchObject({ code: 'copy.target_not_empty' });
  });

  it('holds no secret, and its sums are those that sha256sum reads', async () => {
    const names = (await readdir(backup, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    for (const name of names) expect((await readFile(name)).includes(SECRET)).toBe(false);
    expect(await readFile(join(backup, 'SHA256SUMS'), 'utf8')).toMatch(/^[0-9a-f]{64} {2}tables\/corpus\.ndjson\.gz$/m);
  });

  it.each<[string, string, (path: string) => Promise<unknown>]>([
    ['a flipped byte of a table', 'backup.file_damaged', (path) => flip(join(path, 'tables', 'document.ndjson.gz'))],
    ['a flipped byte of the manifest', 'backup.file_damaged', (path) => flip(join(path, 'manifest.json'))],
    ['a flipped byte of an original', 'backup.file_damaged', async (path) => flip(await blobOf(path))],
    ['a missing table', 'backup.file_missing', (path) => rm(join(path, 'tables', 'chunk.ndjson.gz'))],
    ['a missing original', 'backup.file_missing', async (path) => rm(await blobOf(path))],
    ['sums that were cut off', 'backup.file_damaged', (path) => appendFile(join(path, 'SHA256SUMS'), '0123')],
    ['no sums, as when it was cut off', 'backup.unfinished', (path) => rm(join(path, 'SHA256SUMS'))],
  ])('with %s is refused with %s, and nothing of it stays', async (_, code, change) => {
    const target = await folder();
    await expect(restored(await broken(change), target)).rejects.toMatchObject({ code });
    const left = (await readdir(target, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map((entry) => entry.name);
    expect(left).toEqual([]);
  });

  it('is never written over, and one that breaks off leaves nothing under its name', async () => {
    const source = { read: () => Promise.reject(Object.assign(new Error('write'), { code: 'ENOSPC' })), close: () => Promise.resolve() };
    const parts = { source, blobs: new DirectoryBlobStore('nowhere'), models: [], configuration: {}, recall: null };
    await expect(writeBackup({ ...parts, target: backup })).rejects.toMatchObject({ code: 'backup.exists' });
    const parent = await folder();
    await expect(writeBackup({ ...parts, target: join(parent, 'full') })).rejects.toMatchObject({ code: 'backup.disk_full', status: 507 });
    expect(await readdir(parent)).toEqual([]);
  });
});
