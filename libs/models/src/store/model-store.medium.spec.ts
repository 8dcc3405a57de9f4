import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, open, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CatalogueEntry } from '../catalogue/entry.js';
import { HubServer, sha256Of } from '../testing/hub-server.js';
import { ModelStore, type ModelStoreOptions } from './model-store.js';
import type { PullProgress } from './puller.js';

const bytes = Buffer.from(Array.from({ length: 200_000 }, (_, i) => (i * 13) & 255));
const PATH = '/firm/tiny/resolve/abc/tiny.gguf';
const NAME = 'tiny-chat';
const needs = { memoryBytes: 1, cores: 1 };
const hub = { repository: 'firm/tiny', revision: 'abc', path: 'tiny.gguf' };
const entry: CatalogueEntry = {
  name: NAME, kind: 'chat', title: 'Tiny', licence: 'MIT', template: 'chatml', needs,
  files: [{ name: 'tiny.gguf', sizeBytes: bytes.length, sha256: sha256Of(bytes), hub }],
};
const embedder: CatalogueEntry = {
  name: 'tiny-embedder', kind: 'embedder', title: 'Tiny', licence: 'MIT', needs, dimensions: 4, tokensMax: 8, prefixes: { query: '', passage: '' },
  files: [{ name: 'model.onnx', sizeBytes: bytes.length, sha256: sha256Of(bytes) }],
};

let server: HubServer;
let home: string;
beforeEach(async () => {
  server = await new HubServer({ [PATH]: bytes, '/firm/own/resolve/main/own.gguf': bytes }).start();
  home = await mkdtemp(join(tmpdir(), 'kontor-store-'));
});
afterEach(async () => {
  await server.stop();
  await rm(home, { recursive: true });
});

const openStore = (options: ModelStoreOptions = {}): ModelStore =>
  new ModelStore(home, { entries: [entry, embedder], sources: ['hub'], hubBaseUrl: server.url, answerMs: 1_000, stallMs: 300, ...options });
const modelFile = (): string => join(home, 'models', NAME, 'tiny.gguf');

async function flipByte(): Promise<void> {
  const file = await open(modelFile(), 'r+');
  await file.write(Buffer.from([bytes[99_999]! ^ 1]), 0, 1, 99_999);
  await file.close();
}

describe('pulling a model', () => {
  it('brings it once: a second pull and every use after it ask nobody', async () => {
    const store = openStore();
    expect((await store.status(NAME)).state).toBe('absent');
    const seen: PullProgress[] = [];
    await store.pull(NAME, (progress) => seen.push(progress));
    expect(await readFile(modelFile())).toEqual(bytes);
    expect(await store.status(NAME)).toMatchObject({ state: 'present', doneBytes: bytes.length, totalBytes: bytes.length });
    expect(seen.some(({ phase, source }) => phase === 'fetching' && source === 'hub')).toBe(true);
    await server.stop();
    await store.pull(NAME);
    expect(await store.path(NAME)).toBe(join(home, 'models', NAME));
    server = await new HubServer({}).start();
  });

  it('continues after it was stopped', async () => {
    server.faults = { stallAtByte: 80_000 };
    const stop = new AbortController();
    const onProgress = ({ doneBytes }: PullProgress): void => void (doneBytes >= 80_000 && stop.abort(new Error('stopped')));
    await expect(openStore().pull(NAME, onProgress, stop.signal)).rejects.toThrow('stopped');
    expect(await openStore().status(NAME)).toMatchObject({ state: 'partial', doneBytes: 80_000 });
    server.faults = {};
    await openStore().pull(NAME);
    expect(server.requests.at(-1)).toContain('bytes=80000-');
    expect(await openStore().path(NAME)).toBeDefined();
  });

  it('throws wrong bytes away and says which source gave them', async () => {
    const wrong = Buffer.from(bytes);
    wrong[7]! ^= 1;
    server.faults = { sentBytes: wrong };
    const failure = openStore().pull(NAME);
    await expect(failure).rejects.toMatchObject({ code: 'model.unreachable' });
    await expect(failure).rejects.toThrow(/"hub" gave a tiny.gguf with a wrong hash/);
    expect(await openStore().status(NAME)).toMatchObject({ state: 'absent', doneBytes: 0 });
    await expect(openStore().path(NAME)).rejects.toMatchObject({ code: 'model.missing' });
  });

  it('starts anew where a left-over part is of another file', async () => {
    await mkdir(join(home, 'models', NAME), { recursive: true });
    await writeFile(`${modelFile()}.partial`, Buffer.alloc(5_000, 1));
    await openStore().pull(NAME);
    expect(await readFile(modelFile())).toEqual(bytes);
  });

  it('takes the next source where the first has nothing, in the order that was asked for', async () => {
    server.faults = { status: 404 };
    const localFolder = join(home, 'brought');
    await mkdir(localFolder);
    const options: ModelStoreOptions = { sources: ['hub', 'mirror', 'local'], localFolder, pipCommands: [] };
    const failure = openStore(options).pull(NAME);
    await expect(failure).rejects.toThrow(/model hub does not have tiny.gguf.*The file .*brought.tiny.gguf does not exist/);
    await writeFile(join(localFolder, 'tiny.gguf'), bytes);
    await openStore(options).pull(NAME);
    server.requests.length = 0;
    await rm(modelFile());
    await openStore({ ...options, sources: ['local', 'hub'] }).pull(NAME);
    expect(server.requests).toEqual([]);
    expect(await openStore(options).reachable()).toEqual(new Set(['hub', 'local']));
  });

  it('says so where no source that is switched on carries the model', async () => {
    await expect(openStore().pull('tiny-embedder')).rejects.toThrow(/None of the sources/);
    await expect(openStore().pull('nonsense')).rejects.toMatchObject({ code: 'model.unknown' });
  });

  it.skipIf(process.platform !== 'linux')('reports a full disk as that, and loses nothing', async () => {
    await mkdir(join(home, 'models', NAME), { recursive: true });
    await symlink('/dev/full', `${modelFile()}.partial`);
    const failure = openStore().pull(NAME);
    await expect(failure).rejects.toMatchObject({ code: 'disk.full' });
    await expect(failure).rejects.toThrow(/Nothing was lost/);
    await rm(`${modelFile()}.partial`);
    await openStore().pull(NAME);
  });

  it('refuses before the first byte what the disk cannot hold', async () => {
    const huge: CatalogueEntry = { ...entry, files: [{ ...entry.files[0]!, sizeBytes: 2 ** 50 }] };
    await expect(openStore({ entries: [huge] }).pull(NAME)).rejects.toMatchObject({ code: 'disk.full' });
    expect(server.requests).toEqual([]);
  });
});

describe('two processes that pull the same model', () => {
  it('fetch it once: the second waits for the first', async () => {
    const phases: string[] = [];
    const note = ({ phase }: PullProgress): void => void phases.push(phase);
    await Promise.all([openStore().pull(NAME, note), openStore().pull(NAME, note)]);
    expect(server.requests.filter((request) => request.startsWith('GET'))).toHaveLength(2);
    expect(phases).toContain('waiting');
    expect(await readdir(join(home, 'models'))).not.toContain(`${NAME}.lock`);
  });

  it('are not blocked by a dead one', async () => {
    const dead = spawn(process.execPath, ['-e', '']);
    await once(dead, 'exit');
    await mkdir(join(home, 'models', NAME), { recursive: true });
    await writeFile(join(home, 'models', `${NAME}.lock`), JSON.stringify({ host: hostname(), pid: dead.pid, token: 'x' }));
    await openStore().pull(NAME, undefined, AbortSignal.timeout(5_000));
  });

  it('are not blocked by one that was silent for a minute, on whatever machine it was', async () => {
    const lock = join(home, 'models', `${NAME}.lock`);
    await mkdir(join(home, 'models', NAME), { recursive: true });
    await writeFile(lock, JSON.stringify({ host: 'another', pid: 1, token: 'x' }));
    await expect(openStore().pull(NAME, undefined, AbortSignal.timeout(700))).rejects.toThrow(/aborted|timeout/i);
    await utimes(lock, new Date(Date.now() - 90_000), new Date(Date.now() - 90_000));
    await openStore().pull(NAME, undefined, AbortSignal.timeout(5_000));
  });
});

describe('a damaged file', () => {
  it('is refused with its name and the command that mends it, which does', async () => {
    await openStore().pull(NAME);
    await flipByte();
    const use = openStore().path(NAME);
    await expect(use).rejects.toMatchObject({ code: 'model.corrupt' });
    await expect(use).rejects.toThrow(/tiny\.gguf is damaged.*kontor models pull tiny-chat/);
    await openStore().pull(NAME);
    expect(await readFile(modelFile())).toEqual(bytes);
  });

  it('is found by verify even where its time was set back, and is mended by a pull', async () => {
    await openStore().pull(NAME);
    const file = await open(modelFile());
    const { atime, mtime } = await file.stat();
    await file.close();
    await flipByte();
    await utimes(modelFile(), atime, mtime);
    await expect(openStore().verify(NAME)).rejects.toMatchObject({ code: 'model.corrupt' });
    await openStore().pull(NAME);
    await openStore().verify(NAME);
  });
});

describe('choosing a model', () => {
  it('is remembered, by kind', async () => {
    expect(await openStore().active('chat')).toBeUndefined();
    await openStore().use('chat', NAME);
    await openStore().use('embedder', 'tiny-embedder');
    expect(await openStore().active('chat')).toBe(NAME);
    expect((await openStore().list()).filter(({ active }) => active)).toHaveLength(2);
    await expect(openStore().use('chat', 'tiny-embedder')).rejects.toMatchObject({ code: 'model.wrong_kind' });
    await expect(openStore().use('chat', 'nonsense')).rejects.toMatchObject({ code: 'model.unknown' });
  });

  it.skipIf(process.getuid?.() !== 0)('cannot be made where the home folder is read-only, which is said together with what can be done', async () => {
    const store = openStore();
    await store.pull(NAME);
    await chmod(home, 0o755);
    // Root may write anywhere.
    process.seteuid!(65_534);
    const [refused] = await Promise.allSettled([store.use('chat', NAME)]);
    process.seteuid!(0);
    expect(refused).toMatchObject({ reason: { code: 'model.home_read_only', status: 409, message: expect.stringContaining('KONTOR_CHAT_MODEL') as string } });
    expect(await store.active('chat')).toBeUndefined();
  });

  it('says which record is unreadable instead of forgetting the choice', async () => {
    await openStore().use('chat', NAME);
    await writeFile(join(home, 'models', 'active.json'), '{"chat":');
    await expect(openStore().active('chat')).rejects.toMatchObject({ code: 'model.record_unreadable' });
  });
});

describe('a model outside the catalogue', () => {
  const own = { name: 'own', repository: 'firm/own', revision: 'main', path: 'own.gguf' };

  it('is pinned by the hash and the commit that the hub states, and then pulled as any other', async () => {
    const pinned = await openStore().pin(own);
    expect(pinned.files[0]).toMatchObject({ sha256: sha256Of(bytes), sizeBytes: bytes.length, hub: { revision: 'c0ffee' } });
    expect(await openStore().status('own')).toMatchObject({ state: 'absent', custom: true });
    await openStore().use('chat', 'own');
    // The commit's address is not the branch's: this server does not have it, the real one does.
    await expect(openStore().pull('own')).rejects.toMatchObject({ code: 'model.unreachable' });
    expect(server.requests.at(-1)).toBe('GET /firm/own/resolve/c0ffee/own.gguf');
  });

  it.each([
    ['a name of the catalogue', { name: NAME }],
    ['a name that is no folder', { name: '../own' }],
    ['a file that is no model', { path: 'own.bin' }],
  ])('is refused with %s', async (_what, change) => {
    await expect(openStore().pin({ ...own, ...change })).rejects.toMatchObject({ code: 'model.cannot_pin' });
  });

  it('is refused where the hub does not have it', async () => {
    await expect(openStore().pin({ ...own, path: 'other.gguf' })).rejects.toMatchObject({ code: 'model.source_refused' });
  });
});
