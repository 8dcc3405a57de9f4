import { execFileSync } from 'node:child_process';
import { mkdtemp, open, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createExtractor } from './extractor.js';
import type { ExtractorOptions } from './limits.js';
import { DEFAULTS } from './limits.js';
import { ParserProcess } from './process/parser-process.js';
import { makeEndlessPdf, makePdfBomb } from './testing/fixtures/make-pdf.js';
import { samples } from './testing/fixtures/samples.js';

const MEGABYTE = 2 ** 20;
const never = new AbortController().signal;
let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'kontor-extract-'))));
afterAll(() => rm(folder, { recursive: true }));

async function save(name: string, content: string | Uint8Array): Promise<{ path: string; name: string }> {
  const path = join(folder, name);
  await writeFile(path, content);
  return { path, name };
}

/** Runs with an extractor of its own, and shows that it reads a sound file after whatever happened. */
async function withExtractor(options: ExtractorOptions, run: (extract: ReturnType<typeof createExtractor>['extract']) => Promise<void>): Promise<void> {
  const extractor = createExtractor(options);
  try {
    await run(extractor.extract);
    const sound = await save('after.md', '# Danach\n\nEs geht weiter.\n');
    expect((await extractor.extract(sound)).title).toBe('Danach');
  } finally {
    await extractor.close();
  }
}

// Its text is drawn 2 to the power of 40 times.
const ENDLESS = makeEndlessPdf(40);

describe('an extractor', () => {
  it('reads every format in its child process', () =>
    withExtractor({}, async (extract) => {
      for (const [name, make] of Object.entries(samples)) expect((await extract(await save(name, await make()))).title).toBe('Dienstreisen');
    }));

  it('kills a parser that does not come to an end', () =>
    withExtractor({ timeoutMs: 3_000 }, async (extract) => {
      await expect(extract(await save('endless.pdf', ENDLESS))).rejects.toMatchObject({ code: 'document.timeout', retry: 'never', details: { timeoutMs: 3_000 } });
    }));

  it('ends a parser that eats memory outside of the heap', () =>
    withExtractor({ memoryBytesMax: 200 * MEGABYTE }, async (extract) => {
      await expect(extract(await save('bomb.pdf', makePdfBomb(300 * MEGABYTE)))).rejects.toMatchObject({ code: 'document.too_complex', retry: 'never', details: { memoryBytesMax: 200 * MEGABYTE } });
    }));

  it('stops when told to, while a file is read and while one waits', () =>
    withExtractor({}, async (extract) => {
      const abort = new AbortController();
      const file = await save('stopped.pdf', ENDLESS);
      const both = Promise.allSettled([extract(file, abort.signal), extract(file, abort.signal)]);
      const reason = new Error('no longer wanted');
      setTimeout(() => abort.abort(reason), 500);
      for (const stopped of await both) expect(stopped).toMatchObject({ status: 'rejected', reason });
    }));

  it('rejects what is being read and what waits when it closes', async () => {
    const extractor = createExtractor();
    const file = await save('closing.pdf', ENDLESS);
    const both = Promise.allSettled([extractor.extract(file), extractor.extract(file)]);
    setTimeout(() => void extractor.close(), 500);
    for (const stopped of await both) expect(stopped).toMatchObject({ status: 'rejected', reason: { code: 'extract.closed', retry: 'later' } });
    await expect(extractor.extract(file)).rejects.toMatchObject({ code: 'extract.closed' });
  });

  it('reads several files at once, in one process each', () =>
    withExtractor({ processes: 2 }, async (extract) => {
      const files = await Promise.all([1, 2, 3, 4, 5].map((number) => save(`many-${number}.md`, `# Titel ${number}\n`)));
      const titles = (await Promise.all(files.map((file) => extract(file)))).map(({ title }) => title);
      expect(titles).toEqual(['Titel 1', 'Titel 2', 'Titel 3', 'Titel 4', 'Titel 5']);
    }));
});

describe('a file that cannot be opened as one', () => {
  const reasonFor = (path: string, name = 'a.md', options: ExtractorOptions = {}) =>
    withExtractor(options, async (extract) => {
      await expect(extract({ path, name })).rejects.toMatchObject({ code: 'document.unreadable', retry: 'never' });
    });

  it('is refused when it is not there', () => reasonFor(join(folder, 'absent.md')));
  it('is refused when its path has 4,000 characters', () => reasonFor(join(folder, 'a'.repeat(3_000))));
  it('is refused when it is a folder', () => reasonFor(folder));
  it('is refused when a link leads nowhere', async () => {
    await symlink(join(folder, 'absent.md'), join(folder, 'link.md'));
    await reasonFor(join(folder, 'link.md'));
  });
  it.skipIf(process.platform === 'win32')('is refused when it is a pipe that nobody writes to, without waiting', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe.md')]);
    await reasonFor(join(folder, 'pipe.md'));
  });

  it('is empty at 0 bytes, and too large at 200 MB by default, unread', () =>
    withExtractor({}, async (extract) => {
      await expect(extract(await save('empty.pdf', ''))).rejects.toMatchObject({ code: 'document.empty', status: 422 });
      const path = join(folder, 'large.pdf');
      const handle = await open(path, 'w');
      await handle.truncate(200 * MEGABYTE);
      await handle.close();
      await expect(extract({ path, name: 'large.pdf' })).rejects.toMatchObject({ code: 'document.too_large', status: 413, retry: 'never', details: { sizeBytes: 200 * MEGABYTE, sizeBytesMax: 100 * MEGABYTE } });
    }));
});

describe('a process that dies', () => {
  const dyingBy = async (signal: NodeJS.Signals): Promise<unknown> => {
    const parser = new ParserProcess(DEFAULTS);
    try {
      // Started before, so that the signal finds it reading.
      await parser.parse({ bytes: Buffer.from('# Titel'), name: 'a.md', limits: DEFAULTS }, never);
      const reading = parser.parse({ bytes: ENDLESS, name: 'a.pdf', limits: DEFAULTS }, never).catch((thrown: unknown) => thrown);
      setTimeout(() => process.kill(parser.pid!, signal), 200);
      return await reading;
    } finally {
      await parser.close();
    }
  };

  it('blames the file when the parser broke off', async () => {
    expect(await dyingBy('SIGSEGV')).toMatchObject({ code: 'document.crashed', retry: 'never' });
  });

  it('blames the machine when the system took the memory', async () => {
    expect(await dyingBy('SIGKILL')).toMatchObject({ code: 'document.crashed', retry: 'later' });
  });
});
