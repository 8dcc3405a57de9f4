import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadConfig } from '@kontor/config';
import { ImportProgress, ImportStarted } from '@kontor/contracts';
import { makeCompoundFile, makeDocx, makePdf } from '@kontor/extract/testing';
import { startStandalone, type Standalone } from './standalone.js';

const MEGABYTE = 1_048_576;
const FILE_BYTES_MAX = 120 * MEGABYTE;
const GOOD = '# Lost property\n\nLost keys are kept at the gate for ninety days.\n';
const WAIT_MS_MAX = 120_000;

let home: string;
let kontor: Standalone;
let locked: Record<string, Buffer>;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'kontor-bad-files-'));
  const config = loadConfig({ KONTOR_HOME: home, KONTOR_PORT: '0', KONTOR_MODEL_SOURCES: 'local', KONTOR_LOG_LEVEL: 'silent', KONTOR_FILE_BYTES_MAX: String(FILE_BYTES_MAX) });
  kontor = await startStandalone({ config });
  locked = {
    'locked.pdf': await makePdf((pdf) => pdf.text('What only those with the password read.'), { userPassword: 'open', ownerPassword: 'change' }),
    'locked.docx': makeCompoundFile('EncryptedPackage'),
    'locked-parts.docx': makeDocx([], [{ name: 'word/document.xml', data: 'x', encrypted: true }]),
  };
}, WAIT_MS_MAX);
afterAll(async () => {
  await kontor?.close();
  await rm(home, { recursive: true, force: true });
});

const call = (path: string, init: RequestInit = {}) => fetch(kontor.address.baseUrl + path, { ...init, headers: { authorization: `Bearer ${kontor.address.token}`, ...init.headers } });

async function ended(started: Response): Promise<ImportProgress> {
  expect(started.status).toBe(202);
  const { runId } = ImportStarted.parse(await started.json());
  for (const startedMs = Date.now(); ; ) {
    const progress = ImportProgress.parse(await (await call(`/api/admin/imports/${runId}`)).json());
    if (progress.state === 'finished' || progress.state === 'failed') return progress;
    if (Date.now() - startedMs > WAIT_MS_MAX) throw new Error(`the import still is ${progress.state}`);
    await new Promise((wake) => setTimeout(wake, 100));
  }
}

async function importFolder(corpus: string, files: Record<string, string | Buffer | Readable>): Promise<ImportProgress> {
  const directory = join(home, 'documents', corpus);
  await mkdir(directory, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    if (content instanceof Readable) await pipeline(content, createWriteStream(join(directory, name)));
    else await writeFile(join(directory, name), content);
  }
  return ended(await call('/api/admin/imports', { method: 'POST', body: JSON.stringify({ directory, corpus }), headers: { 'content-type': 'application/json' } }));
}

async function upload(corpus: string, files: Record<string, string | Buffer>): Promise<ImportProgress> {
  const form = new FormData();
  for (const [name, content] of Object.entries(files)) form.append('files', new Blob([content]), name);
  return ended(await call(`/api/admin/uploads?corpus=${corpus}`, { method: 'POST', body: form }));
}

const LOCKED = { code: 'document.encrypted', message: 'The file is protected by a password; save a copy without the password and import that.' };

it('lists encrypted files of a folder with what to do, and takes the one beside them', async () => {
  const progress = await importFolder('folder', { ...locked, 'good.md': GOOD });
  expect(progress).toMatchObject({ state: 'finished', files: 4, parsed: 1, failed: 3 });
  expect(progress.failures).toEqual(['locked-parts.docx', 'locked.docx', 'locked.pdf'].map((path) => ({ path, ...LOCKED })));
}, WAIT_MS_MAX);

it('lists encrypted files of an upload in the same way', async () => {
  const progress = await upload('uploaded', { ...locked, 'good.md': GOOD });
  expect(progress).toMatchObject({ state: 'finished', files: 4, parsed: 1, failed: 3 });
  expect(progress.failures).toEqual(['locked-parts.docx', 'locked.docx', 'locked.pdf'].map((path) => ({ path: `uploads/${path}`, ...LOCKED })));
}, WAIT_MS_MAX);

it('lists ten million lines that fit the limit of bytes and hold more text than a document may, in bounded memory', async () => {
  const before = process.resourceUsage().maxRSS;
  const thousand = Buffer.from('ten lines\n'.repeat(1_000));
  const progress = await importFolder('lines', { 'lines.txt': Readable.from(Array.from({ length: 10_000 }, () => thousand)), 'good.md': GOOD });
  expect(progress).toMatchObject({ state: 'finished', parsed: 1, failed: 1, failures: [{ path: 'lines.txt', code: 'document.too_large' }] });
  // In kilobytes: the most that this process ever held grew by less than the file.
  expect(process.resourceUsage().maxRSS - before).toBeLessThan(80_000);
}, WAIT_MS_MAX);

it('refuses a file of one byte more than KONTOR_FILE_BYTES_MAX, and says which variable that is', async () => {
  const progress = await importFolder('limit', { 'over.txt': Readable.from(blocksOf(FILE_BYTES_MAX + 1)), 'good.md': GOOD });
  expect(progress).toMatchObject({ state: 'finished', parsed: 1, failed: 1, failures: [{ path: 'over.txt', code: 'document.too_large', message: expect.stringMatching(/120 MB.*KONTOR_FILE_BYTES_MAX/) }] });
}, WAIT_MS_MAX);

function* blocksOf(bytes: number): Generator<Buffer> {
  const block = Buffer.alloc(MEGABYTE, 'text ');
  for (let left = bytes; left > 0; left -= block.length) yield block.subarray(0, Math.min(left, block.length));
}
