import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ADMINISTRATOR, type Scope } from '@kontor/contracts';
import { corpora, documents } from '@kontor/db';
import { AppError } from '@kontor/kernel';
import { HashEmbedder } from '@kontor/models/testing';
import { openIngestion, TENANT, type IngestionWorld } from '../testing/ingestion-world.js';

const LEAVE = '# Leave\n\nEvery employee has thirty days of leave a year.\n';
const KEYS = '# Keys\n\nLost keys are kept at the gate for ninety days.\n';
const ADMIN: Scope = { tenant: TENANT, person: 'admin', principals: [ADMINISTRATOR] };
const STAFF: Scope = { tenant: TENANT, person: 'ida', principals: ['person:ida', 'handbook:staff'] };

let world: IngestionWorld;
let embedded: string[];
beforeEach(async () => {
  world = await openIngestion();
  embedded = [];
  const embedder = new HashEmbedder();
  const embed = embedder.embed.bind(embedder);
  embedder.embed = (texts, ...more) => {
    embedded.push(...texts);
    return embed(texts, ...more);
  };
  world.setEmbedder(embedder);
  await world.work();
});
afterEach(() => world.close());

const folder = () => join(world.directory, 'brought', 'handbook');
const bring = async (files: Record<string, string> = {}) => world.finished((await world.bring(files)).runId);
const importWith = async (access: unknown) => {
  const accessFile = join(world.directory, 'access.json');
  await writeFile(accessFile, JSON.stringify(access));
  return world.finished((await world.imports.start({ directory: folder(), corpus: 'handbook', accessFile })).runId);
};
const readable = async (scope: Scope) => (await world.database.person(scope, (tx) => corpora.visibleCorpora(tx))).map(({ documents: count }) => count)[0] ?? 0;

describe('an import', () => {
  it('lists broken files with their reasons and brings the sound one beside them', async () => {
    const progress = await bring({ 'leave.md': LEAVE, 'empty.md': '', 'cut.pdf': '%PDF-1.7 broken', 'picture.md': '\u0089PNG\r\n\u001a\n\u0000\u0000' });
    expect(progress).toMatchObject({ state: 'finished', files: 4, parsed: 1, failed: 3, chunks: 1, embedded: 1 });
    expect(progress.failures.map(({ path, code }) => [path, code.split('.')[0]])).toEqual([['cut.pdf', 'document'], ['empty.md', 'document'], ['picture.md', 'document']]);
  });

  it('finds a note of one line', async () => {
    expect(await bring({ 'note.txt': 'The gate closes at six' })).toMatchObject({ parsed: 1, failed: 0, chunks: 1 });
  });

  it('costs nothing where nothing changed', async () => {
    await bring({ 'leave.md': LEAVE });
    embedded.length = 0;
    expect(await bring()).toMatchObject({ state: 'finished', files: 1, unchanged: 1, parsed: 0, failed: 0, embedded: 1 });
    expect(embedded).toEqual([]);
  });

  it('applies changed rules alone, to broken files and uploads too, without embedding anything again', async () => {
    await bring({ 'leave.md': LEAVE, 'keys.md': KEYS });
    const { id } = (await world.database.worker(TENANT, (tx) => corpora.findCorpus(tx, 'handbook')))!;
    expect([await readable(ADMIN), await readable(STAFF)]).toEqual([2, 0]);
    await importWith({ groups: ['staff'], prefixes: { '': ['staff'] } });
    expect([await readable(ADMIN), await readable(STAFF)]).toEqual([0, 2]);
    embedded.length = 0;
    // Its content broke since, so that the version read before stays; it must not stay readable.
    await writeFile(join(folder(), 'keys.md'), '%PDF-1.7 broken');
    const progress = await importWith({ groups: ['staff', 'gate'], prefixes: { '': ['staff'], 'keys.md': ['gate'] } });
    expect(progress).toMatchObject({ unchanged: 1, failed: 1, chunks: 2, embedded: 2 });
    expect(await readable(STAFF)).toBe(1);
    expect(embedded).toEqual([]);
    expect(await world.database.worker(TENANT, (tx) => documents.knownDocuments(tx, id))).toHaveLength(2);
  });

  it('says that only administrators see a corpus without rules', async () => {
    expect((await bring({ 'leave.md': LEAVE })).notices.join()).toContain('only administrators see the corpus "handbook"');
  });

  it('names the unknown group of an access file and starts nothing', async () => {
    await mkdir(folder(), { recursive: true });
    await expect(importWith({ groups: ['staff'], prefixes: { 'pay/': ['stuff'] } })).rejects.toMatchObject({ code: 'import.file_invalid', message: expect.stringContaining('unknown group "stuff"') });
    expect(await world.imports.latest(5)).toEqual([]);
  });

  it('does not empty a corpus because its drive is not there', async () => {
    await bring({ 'leave.md': LEAVE });
    await rm(join(folder(), 'leave.md'));
    const progress = await bring();
    expect(progress).toMatchObject({ state: 'failed', chunks: 1 });
    expect(progress.notices.join()).toContain('import.folder_empty');
    expect(await readable(ADMIN)).toBe(1);
  });

  it('removes what vanished', async () => {
    await bring({ 'leave.md': LEAVE, 'keys.md': KEYS });
    await rm(join(folder(), 'keys.md'));
    expect(await bring()).toMatchObject({ state: 'finished', unchanged: 1, removed: 1 });
    expect(await readable(ADMIN)).toBe(1);
  });

  it('goes on where it was broken off: with what is left, and with nothing twice', async () => {
    await world.end();
    await world.close();
    world = await openIngestion();
    world.setEmbedder(new HashEmbedder());
    const { enqueue } = world.ports;
    let [queued, read] = [0, 0];
    const extract = world.ports.extractor.extract.bind(world.ports.extractor);
    world.ports.extractor.extract = (...file) => {
      read += 1;
      return extract(...file);
    };
    // Dies between the first file and the second, as a process does that is killed: it notes nothing any more.
    world.ports.enqueue = (name, ...more) => (name === 'document.ingest' && (queued += 1) > 1 ? Promise.reject(new AppError('queue.lost', { retry: 'later' })) : enqueue(name, ...more));
    const { runId } = await world.bring({ 'a.md': LEAVE, 'b.md': KEYS, 'c.md': '# Gate\n\nThe gate closes at six in the evening.\n' });
    const { id } = (await world.database.worker(TENANT, (tx) => corpora.findCorpus(tx, 'handbook')))!;
    await expect(world.folders.run({ tenant: TENANT, runId, corpusId: id, directory: folder() })).rejects.toMatchObject({ code: 'queue.lost' });
    expect(await world.imports.progress(runId)).toMatchObject({ state: 'parsing', files: 3, parsed: 0 });
    world.ports.enqueue = enqueue;
    await world.work();
    expect(await world.finished(runId)).toMatchObject({ state: 'finished', files: 3, parsed: 3, unchanged: 0, failed: 0, chunks: 3, embedded: 3 });
    expect(read).toBe(3);
  });

  it('ends with the reason where a file fails at every attempt', async () => {
    const lasting = new AppError('document.crashed', { status: 422, retry: 'later', message: 'The system took the memory.' });
    world.ports.extractor.extract = ({ name }) => (name === 'keys.md' ? Promise.reject(lasting) : Promise.resolve({ text: 'Leave is long.', title: 'Leave', mediaType: 'text/markdown', blocks: [{ kind: 'paragraph', start: 0, end: 14 }] }));
    const progress = await bring({ 'leave.md': LEAVE, 'keys.md': KEYS });
    expect(progress).toMatchObject({ state: 'finished', parsed: 1, failed: 1, failures: [{ path: 'keys.md', code: 'document.crashed' }] });
  });
});
