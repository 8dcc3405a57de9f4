import { mkdtempSync, mkdirSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cacheFolder, fetchOnce, hashFolder } from './cache.mjs';
import { findProgram, runProgram } from './programs.mjs';

let cache;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'kontor-cache-'));
});
afterEach(() => rmSync(cache, { recursive: true, force: true }));

describe('what is fetched', () => {
  it('lies in KONTOR_HOME, or where libs/config has it by default', () => {
    expect(cacheFolder({ KONTOR_HOME: '/srv/kontor' })).toBe('/srv/kontor/services');
  });

  it('is fetched once', async () => {
    let fetched = 0;
    const fill = async (draft) => writeFileSync(join(draft, 'a'), String((fetched += 1)));
    for (let time = 0; time < 2; time += 1) expect(readFileSync(join(await fetchOnce('server', fill, cache), 'a'), 'utf8')).toBe('1');
    expect(readdirSync(cache)).toEqual(['server']);
  });

  it('is whole where two fetch it at once, and nothing else is left', async () => {
    const fill = async (draft) => {
      for (const name of ['a', 'b', 'c']) {
        writeFileSync(join(draft, name), '');
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };
    const folders = await Promise.all([1, 2, 3].map(() => fetchOnce('server', fill, cache)));
    expect(new Set(folders)).toEqual(new Set([join(cache, 'server')]));
    expect(readdirSync(join(cache, 'server'))).toEqual(['a', 'b', 'c']);
    expect(readdirSync(cache)).toEqual(['server']);
  });

  it('is not there at all where fetching failed half-way, and can be fetched again', async () => {
    const broken = async (draft) => {
      writeFileSync(join(draft, 'a'), '');
      throw new Error('no network');
    };
    await expect(fetchOnce('server', broken, cache)).rejects.toThrow('no network');
    expect(readdirSync(cache)).toEqual([]);
    await fetchOnce('server', async () => {}, cache);
    expect(readdirSync(cache)).toEqual(['server']);
  });

  it('and was left half-fetched by a process that was killed is swept away, while that of a living one stays', async () => {
    for (const name of ['.draft-old', '.draft-new']) mkdirSync(join(cache, name));
    utimesSync(join(cache, '.draft-old'), 1, 1);
    await fetchOnce('server', async () => {}, cache);
    expect(readdirSync(cache)).toEqual(['.draft-new', 'server']);
  });

  it('has another hash when a name or a content differs', async () => {
    writeFileSync(join(cache, 'a'), 'one');
    const hashes = [await hashFolder(cache)];
    expect(await hashFolder(cache)).toBe(hashes[0]);
    writeFileSync(join(cache, 'a'), 'two');
    hashes.push(await hashFolder(cache));
    rmSync(join(cache, 'a'));
    writeFileSync(join(cache, 'b'), 'two');
    hashes.push(await hashFolder(cache));
    expect(new Set(hashes).size).toBe(3);
  });
});

describe('a program', () => {
  it('that is missing is named with the package that brings it', () => {
    expect(() => findProgram('no-such-server')).toThrow('no-such-server is not installed: apt-get install no-such-server');
  });

  it('that fails says what it printed, and one that hangs is ended', async () => {
    await expect(runProgram('sh', ['-c', 'echo broken >&2; exit 3'], { timeoutMs: 5_000 })).rejects.toThrow('failed: broken');
    await expect(runProgram('sleep', ['30'], { timeoutMs: 50 })).rejects.toThrow('took longer than 50 ms');
  });
});
