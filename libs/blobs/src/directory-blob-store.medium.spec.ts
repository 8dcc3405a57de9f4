import { mkdtemp, readdir, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { DirectoryBlobStore } from './index.js';
import { describeBlobStore } from './testing/index.js';

const folder = (): Promise<string> => mkdtemp(join(tmpdir(), 'kontor-blobs-'));

describeBlobStore('directory', async () => new DirectoryBlobStore(await folder()));

it('leaves no partial file behind', async () => {
  const directory = await folder();
  const broken = Readable.from((function* () {
    yield Buffer.from('half');
    throw new Error('cut');
  })());
  await new DirectoryBlobStore(directory).put(broken).catch(() => {});
  expect(await readdir(directory)).toEqual([]);
});

it('takes away the parts of puts that died, once they are old', async () => {
  const directory = await folder();
  const store = new DirectoryBlobStore(directory);
  for (const name of ['old.part', 'growing.part']) await writeFile(join(directory, name), 'half');
  const hourAgo = Date.now() / 1_000 - 3_600;
  await utimes(join(directory, 'old.part'), hourAgo, hourAgo);
  expect(await store.removeUnfinished(Date.now() - 60_000)).toBe(1);
  expect(await readdir(directory)).toEqual(['growing.part']);
});
