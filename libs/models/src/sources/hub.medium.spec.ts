import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ModelFile } from '../catalogue/entry.js';
import { PartialFile } from '../store/partial-file.js';
import { HubServer, sha256Of } from '../testing/hub-server.js';
import { HubSource } from './hub.js';

const ANSWER_MS = 400;
const STALL_MS = 300;
const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7 + (i >> 8)) & 255));
const address = { repository: 'firm/model', revision: 'abc', path: 'deep/model file.gguf' };
const file: ModelFile = { name: 'model.gguf', sizeBytes: bytes.length, sha256: sha256Of(bytes), hub: address };
const URL_PATH = '/firm/model/resolve/abc/deep/model%20file.gguf';

describe('the model hub', () => {
  let hub: HubServer;
  let folder: string;
  let target: PartialFile;
  beforeEach(async () => {
    hub = await new HubServer({ [URL_PATH]: bytes }).start();
    folder = await mkdtemp(join(tmpdir(), 'kontor-hub-'));
    target = await PartialFile.open(join(folder, 'model.gguf.partial'));
  });
  afterEach(async () => {
    await hub.stop();
    await target.close();
    await rm(folder, { recursive: true });
  });

  const source = (): HubSource => new HubSource({ baseUrl: `${hub.url}/`, answerMs: ANSWER_MS, stallMs: STALL_MS });
  const seen: number[] = [];
  const fetchFile = (wanted: ModelFile = file, signal = new AbortController().signal): Promise<void> =>
    source().fetch(wanted, target, { signal, onBytes: (doneBytes) => seen.push(doneBytes), onConvert: () => undefined });

  it('follows the redirect to the host of the bytes and reports progress', async () => {
    await fetchFile();
    expect(target.sha256()).toBe(file.sha256);
    expect(seen.at(-1)).toBe(bytes.length);
    expect(hub.requests).toEqual([`GET ${URL_PATH}`, `GET ${URL_PATH}`]);
  });

  it('continues after a broken connection where it stood, and asks only for the rest', async () => {
    hub.faults = { cutAfterBytes: 100_000, cuts: 2 };
    await fetchFile();
    expect(target.sha256()).toBe(file.sha256);
    const ranges = hub.requests.map((request) => Number(/bytes=(\d+)-/.exec(request)?.[1] ?? 0)).filter((start) => start > 0);
    expect(ranges).toHaveLength(2);
    expect(ranges[1]).toBeGreaterThan(ranges[0]!);
  });

  it('continues what an earlier process left', async () => {
    await target.write(bytes.subarray(0, 1_234));
    await fetchFile();
    expect(hub.requests.at(-1)).toContain('bytes=1234-');
    expect(await readFile(target.path)).toEqual(bytes);
  });

  it('starts anew where the server knows no ranges', async () => {
    hub.faults = { withoutRanges: true };
    await target.write(bytes.subarray(0, 1_234));
    await fetchFile();
    expect(target.sha256()).toBe(file.sha256);
  });

  it('does not fetch a file that the hub states to be another one', async () => {
    hub.faults = { statedSha256: 'f'.repeat(64) };
    await expect(fetchFile()).rejects.toMatchObject({ code: 'model.source_wrong_file' });
    expect(target.lengthBytes).toBe(0);
    await expect(fetchFile({ ...file, sizeBytes: 5 })).rejects.toMatchObject({ code: 'model.source_wrong_file' });
  });

  it.each([
    [404, 'model.source_refused', /does not have/],
    [401, 'model.source_refused', /without an account/],
    [503, 'model.source_unavailable', /answered 503/],
  ])('takes status %i as final at once', async (status, code, message) => {
    hub.faults = { status };
    const failure = fetchFile();
    await expect(failure).rejects.toMatchObject({ code });
    await expect(failure).rejects.toThrow(message);
    expect(hub.requests).toHaveLength(1);
  });

  it('passes over a hub that does not answer in time', async () => {
    hub.faults = { silent: true };
    const startedMs = performance.now();
    await expect(fetchFile()).rejects.toThrow(/did not answer within 0.4 s/);
    expect(performance.now() - startedMs).toBeLessThan(ANSWER_MS * 5);
    expect(await source().answers(new AbortController().signal)).toBe(false);
  });

  it('passes over a hub that is not there', async () => {
    const gone = new HubSource({ baseUrl: 'http://127.0.0.1:9', answerMs: ANSWER_MS, stallMs: STALL_MS });
    expect(await gone.answers(new AbortController().signal)).toBe(false);
    await expect(gone.facts(address, new AbortController().signal)).rejects.toMatchObject({ code: 'model.source_unavailable' });
  });

  it('gives up on a body that stands still, keeping what came', async () => {
    hub.faults = { stallAtByte: 50_000 };
    await expect(fetchFile()).rejects.toMatchObject({ code: 'model.source_unavailable' });
    expect(target.lengthBytes).toBe(50_000);
  });

  it('stops at once when it is aborted', async () => {
    hub.faults = { stallAtByte: 50_000 };
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('no longer wanted')), 50);
    await expect(fetchFile(file, stop.signal)).rejects.toThrow('no longer wanted');
  });

  it('tells hash, size and commit without fetching', async () => {
    expect(await source().facts(address, new AbortController().signal)).toEqual({ sha256: file.sha256, sizeBytes: bytes.length, commit: 'c0ffee' });
    expect(hub.requests.every((request) => request.startsWith('HEAD'))).toBe(true);
  });
});
