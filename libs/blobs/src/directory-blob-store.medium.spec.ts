import { mkdtemp, readdir } from 'node:fs/promises';
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
