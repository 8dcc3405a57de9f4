import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, open, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scanDirectory } from './scan.js';

const MEGABYTE = 1_048_576;
const FILE_BYTES_MAX = 100 * MEGABYTE;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kontor-scan-'));
  await writeFile(join(folder, 'good.md'), '# Keys\n\nLost keys are kept at the gate.\n');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const scan = () => scanDirectory(folder, FILE_BYTES_MAX);
/** The one failure of the scan, which brings the good file all the same. */
async function onlyFailure() {
  const { files, failures } = await scan();
  expect(files.map((file) => file.path)).toEqual(['good.md']);
  expect(failures).toHaveLength(1);
  return failures[0]!;
}

describe('a scan of a folder', () => {
  it('refuses a file of 200 MB without reading it', async () => {
    const handle = await open(join(folder, 'large.pdf'), 'w');
    await handle.truncate(200 * MEGABYTE);
    await handle.close();
    const before = process.resourceUsage();
    expect(await onlyFailure()).toMatchObject({ path: 'large.pdf', code: 'document.too_large', message: expect.stringContaining('100 MB') });
    // In kilobytes: the most that this process ever held grew by far less than the file.
    expect(process.resourceUsage().maxRSS - before.maxRSS).toBeLessThan(50_000);
  });

  it('follows no link out of the folder, to a folder, in a circle, or to nowhere', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'kontor-outside-'));
    await writeFile(join(outside, 'secret.md'), '# Secret\n\nNot for this corpus.\n');
    await symlink(join(outside, 'secret.md'), join(folder, 'file.md'));
    await symlink(outside, join(folder, 'folder'));
    await symlink('.', join(folder, 'circle'));
    await symlink('absent.md', join(folder, 'nowhere.md'));
    const { files, failures } = await scan();
    await rm(outside, { recursive: true });
    expect(files.map((file) => file.path)).toEqual(['good.md']);
    expect(Object.fromEntries(failures.map(({ path, code }) => [path, code]))).toEqual({ 'file.md': 'file.outside', folder: 'file.outside', circle: 'file.folder_link', 'nowhere.md': 'file.unreadable' });
  });

  it('takes a link to a file inside of the folder', async () => {
    await symlink('good.md', join(folder, 'again.md'));
    expect((await scan()).files.map((file) => file.path)).toEqual(['again.md', 'good.md']);
  });

  it.skipIf(process.platform === 'win32')('lists two files whose paths have 4,000 characters, shortened and told apart', async () => {
    // Made step by step, since no single call takes a path of this length.
    const deep = `for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19; do mkdir ${'d'.repeat(200)} && cd ${'d'.repeat(200)} || exit 1; done; echo text > ${'a'.repeat(150)}.md; echo text > ${'b'.repeat(150)}.md`;
    execFileSync('sh', ['-c', deep], { cwd: folder });
    const { files, failures, keeps } = await scan();
    expect(files.map((file) => file.path)).toEqual(['good.md']);
    expect(failures.map(({ code }) => code)).toEqual(['file.path_too_long', 'file.path_too_long']);
    expect(new Set(failures.map(({ path }) => path)).size).toBe(2);
    for (const { path } of failures) expect(path.length).toBeLessThan(320);
    expect(keeps('good.md')).toBe(false);
    execFileSync('rm', ['-rf', folder]);
  });

  it.skipIf(process.platform !== 'linux')('lists a folder too deep for the system to open, and takes nothing below it for vanished', async () => {
    // Two halves that the system opens, one moved below the other.
    const half = Array.from({ length: 11 }, () => 'd'.repeat(200)).join('/');
    await mkdir(join(folder, 'lower', half), { recursive: true });
    await writeFile(join(folder, 'lower', half, 'note.md'), 'text');
    await mkdir(join(folder, half), { recursive: true });
    await rename(join(folder, 'lower'), join(folder, half, 'lower'));
    const { failures, keeps } = await scan();
    expect(failures).toMatchObject([{ code: 'file.path_too_long' }]);
    expect(keeps(`${half}/lower/${half}/note.md`)).toBe(true);
    execFileSync('rm', ['-rf', folder]);
  });

  it.skipIf(process.platform === 'win32')('goes on past a file and a folder that Kontor may not read', async () => {
    await writeFile(join(folder, 'closed.md'), 'text');
    await mkdir(join(folder, 'locked'));
    await writeFile(join(folder, 'locked', 'note.md'), 'text');
    execFileSync('chmod', ['000', join(folder, 'closed.md'), join(folder, 'locked')]);
    execFileSync('chmod', ['755', folder]);
    const { files, failures, keeps } = await asNobody(scan);
    execFileSync('chmod', ['700', join(folder, 'locked')]);
    expect(files.map((file) => file.path)).toEqual(['good.md']);
    expect(Object.fromEntries(failures.map(({ path, code }) => [path, code]))).toEqual({ 'closed.md': 'file.unreadable', locked: 'file.unreadable' });
    for (const { message } of failures) expect(message).toContain('may not read');
    expect([keeps('closed.md'), keeps('locked/note.md'), keeps('lockedout.md')]).toEqual([true, true, false]);
  });

  it.skipIf(process.platform === 'win32')('neither waits for a pipe nor takes an empty file', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe.md')]);
    await writeFile(join(folder, 'empty.md'), '');
    const { failures } = await scan();
    expect(Object.fromEntries(failures.map(({ path, code }) => [path, code]))).toEqual({ 'pipe.md': 'file.unreadable', 'empty.md': 'document.empty' });
  });

  it.skipIf(process.platform !== 'linux')('says that a name is not in UTF-8', async () => {
    execFileSync('sh', ['-c', `printf text > "$(printf 'B\\374ro.md')"`], { cwd: folder });
    expect(await onlyFailure()).toMatchObject({ code: 'file.name_unreadable' });
  });

  it('counts what it left out, and not the settings beside the documents', async () => {
    for (const name of ['a.xyz', 'b.xyz', 'LICENSE', 'access.json']) await writeFile(join(folder, name), 'x');
    expect((await scan()).notices).toEqual(['3 files of kinds that Kontor does not read were left out (.xyz: 2, no ending: 1).']);
  });
});

/** Root may read everything, so it steps down for the moment. */
async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid!(65_534);
  try {
    return await work();
  } finally {
    process.seteuid!(0);
  }
}
