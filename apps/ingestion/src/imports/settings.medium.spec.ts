import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ImportRequest } from '@kontor/contracts';
import { corpora } from '@kontor/db';
import { openIngestion, TENANT, type IngestionWorld } from '../testing/ingestion-world.js';

const ACCESS = JSON.stringify({ groups: ['staff'], prefixes: { '': ['staff'] } });
const USERS = JSON.stringify({ users: [{ id: 'ida', groups: ['staff'] }] });
const lexiconOf = (term: string) => JSON.stringify([{ term, kind: 'synonym', expands: ['Erholungsurlaub'], weight: 0.5 }]);

let world: IngestionWorld;
let folder: string;
let corpusCount = 0;
let corpus: string;
beforeAll(async () => {
  world = await openIngestion();
});
afterAll(() => world.close());
beforeEach(async () => {
  corpus = `corpus-${(corpusCount += 1)}`;
  folder = await mkdtemp(join(world.directory, 'firm-'));
  await mkdir(join(folder, 'docs'));
  await write('docs/leave.md', '# Leave\n\nEvery employee has thirty days of leave a year.\n');
});

const write = async (path: string, content: string) => {
  await writeFile(join(folder, path), content);
  return join(folder, path);
};
/** What the import says once its folder was looked through. */
const noticesOf = async (more: Partial<ImportRequest> = {}) => {
  const directory = join(folder, 'docs');
  const { runId } = await world.imports.start({ directory, corpus, ...more });
  const { id: corpusId } = (await world.database.worker(TENANT, (tx) => corpora.findCorpus(tx, corpus)))!;
  await world.folders.run({ tenant: TENANT, runId, corpusId, directory });
  return (await world.imports.progress(runId)).notices.join('\n');
};
const terms = async () => {
  const found = await world.database.worker(TENANT, async (tx) => corpora.loadVocabulary(tx, (await corpora.findCorpus(tx, corpus))!.id));
  return found.lexicon.map(({ term }) => term);
};

describe('a lexicon that nobody named', () => {
  it('counts where it lies in the folder, is told of, and is no file that was left out', async () => {
    const path = await write('docs/lexicon.json', lexiconOf('Ferien'));
    const notices = await noticesOf();
    expect(notices).toContain(`The firm's terms were taken from ${path}.`);
    expect(notices).not.toContain('left out');
    expect(await terms()).toEqual(['Ferien']);
  });

  it('counts where it lies beside the access file, before the one in the folder', async () => {
    await write('docs/lexicon.json', lexiconOf('Ferien'));
    const beside = await write('lexicon.json', lexiconOf('Freizeit'));
    expect(await noticesOf({ accessFile: await write('access.json', ACCESS) })).toContain(beside);
    expect(await terms()).toEqual(['Freizeit']);
  });

  it('gives way to the one that was named', async () => {
    await write('docs/lexicon.json', lexiconOf('Ferien'));
    expect(await noticesOf({ lexiconFile: await write('named.json', lexiconOf('Pause')) })).not.toContain("The firm's terms");
    expect(await terms()).toEqual(['Pause']);
  });

  it('takes its terms with it when it is taken away, and the import says so', async () => {
    const path = await write('docs/lexicon.json', lexiconOf('Ferien'));
    await noticesOf();
    await rm(path);
    expect(await noticesOf()).toContain(`The firm's terms were removed, because ${path} is gone.`);
    expect(await terms()).toEqual([]);
    expect(await noticesOf()).not.toContain("The firm's terms");
  });

  it('keeps its terms while it is there, though an import looks elsewhere, and while its whole folder is away', async () => {
    await write('lexicon.json', lexiconOf('Freizeit'));
    await noticesOf({ accessFile: await write('access.json', ACCESS) });
    expect(await noticesOf()).not.toContain("The firm's terms");
    expect(await terms()).toEqual(['Freizeit']);
    const away = `${folder}-away`;
    await rename(folder, away);
    folder = away;
    await noticesOf();
    expect(await terms()).toEqual(['Freizeit']);
  });

  it('takes no terms with it that were named', async () => {
    const path = await write('docs/lexicon.json', lexiconOf('Ferien'));
    await noticesOf();
    const named = await write('named.json', lexiconOf('Pause'));
    await noticesOf({ lexiconFile: named });
    await Promise.all([rm(path), rm(named)]);
    await noticesOf();
    expect(await terms()).toEqual(['Pause']);
  });

  it('that is broken ends the import with its path, and changes no terms', async () => {
    await write('docs/lexicon.json', lexiconOf('Ferien'));
    await noticesOf();
    const path = await write('docs/lexicon.json', '[{"term": "Urlaub"}]');
    await expect(noticesOf()).rejects.toMatchObject({ code: 'import.file_invalid', message: expect.stringContaining(path) });
    expect(await terms()).toEqual(['Ferien']);
  });
});

describe('one of the two files that say who reads what', () => {
  it('alone opens nothing, and the import says what is missing', async () => {
    expect(await noticesOf({ accessFile: await write('access.json', ACCESS) })).toMatch(/Nobody is in a group .* nobody reads it, administrators included\. Import it again with --users/);
    corpus = `${corpus}-users`;
    const notices = await noticesOf({ usersFile: await write('users.json', USERS) });
    expect(notices).toMatch(/without access rules a group opens nothing\..* with --access/);
    expect(notices).toContain('only administrators see the corpus');
  });

  it('given later leaves the other as it was, and the import says so', async () => {
    const [accessFile, usersFile] = [await write('access.json', ACCESS), await write('users.json', USERS)];
    expect(await noticesOf({ accessFile, usersFile })).toBe('');
    expect(await noticesOf({ accessFile })).toMatch(/who is in which group stays as an earlier import said/);
    expect(await noticesOf({ usersFile })).toMatch(/the access rules stay as an earlier import said/);
    expect(await noticesOf()).toBe('');
  });

  it('that names other groups than the people have is told of', async () => {
    const accessFile = await write('access.json', JSON.stringify({ groups: ['legal'], prefixes: { '': ['legal'] } }));
    expect(await noticesOf({ accessFile, usersFile: await write('users.json', USERS) })).toContain('Nobody is in a group that the access rules');
  });
});
