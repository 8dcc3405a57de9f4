import { existsSync } from 'node:fs';
import { copyFile, cp, mkdir, mkdtemp, open, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@kontor/config';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kontorCommand } from './kontor.mjs';

// Which of the two is on a machine follows from what it reached.
const HERE = join(loadConfig().home.directory, 'models');
const [MODEL, OTHER] = ['multilingual-e5-small-q4-int8', 'multilingual-e5-small-int8'].sort((a, b) => Number(existsSync(join(HERE, b, 'tokenizer.json'))) - Number(existsSync(join(HERE, a, 'tokenizer.json'))));
// Nothing listens there, so that no command of these specs reaches a network.
const UNREACHED = { KONTOR_MODEL_SOURCES: 'hub,local', KONTOR_HUB_URL: 'http://127.0.0.1:9' };

let home;
const folder = () => join(home, 'models', MODEL);
const models = (...args) => kontorCommand(['models', ...args], { KONTOR_HOME: home, ...UNREACHED });
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'kontor-models-'));
  await mkdir(join(home, 'models'), { recursive: true });
  await cp(join(HERE, MODEL), folder(), { recursive: true, preserveTimestamps: true });
});
afterAll(() => rm(home, { recursive: true, force: true }));

/** Changes one byte and nothing that a look at the folder would show. */
async function flipByte(path) {
  const { size, atime, mtime } = await stat(path);
  const handle = await open(path, 'r+');
  const byte = Buffer.alloc(1);
  await handle.read(byte, 0, 1, Math.floor(size / 2));
  byte[0] ^= 1;
  await handle.write(byte, 0, 1, Math.floor(size / 2));
  await handle.close();
  await utimes(path, atime, mtime);
}

describe('kontor models', () => {
  it('lists what there is and what is here', async () => {
    const all = JSON.parse((await models('list', '--json')).stdout);
    expect(all.find(({ entry }) => entry.name === MODEL)).toMatchObject({ state: 'present', active: false });
    expect(all.some(({ state }) => state === 'absent')).toBe(true);
    const { status, stdout } = await models('list');
    expect([status, stdout]).toEqual([0, expect.stringMatching(new RegExp(`${MODEL} +embedder +present +\\d+ MB +MIT`))]);
  });

  it('chooses a model, and says when it is not here yet', async () => {
    expect(JSON.parse((await models('use', MODEL, '--json')).stdout)).toEqual({ name: MODEL, kind: 'embedder', active: true });
    expect((await models('list')).stdout).toContain(`* ${MODEL}`);
    expect((await models('use', OTHER)).stdout).toContain('not on this machine yet');
  });

  it('knows no model of an unknown name, whatever is asked of it', async () => {
    for (const command of ['use', 'pull', 'verify']) expect(await models(command, 'nope')).toMatchObject({ status: 1, stderr: expect.stringMatching(/No model is called "nope".*model\.unknown/) });
  });

  it('says of every source why it brought nothing', async () => {
    expect(await models('pull', OTHER)).toMatchObject({ status: 1, stderr: expect.stringMatching(/could not be fetched\. .*model\.unreachable/) });
    expect(await models('verify', OTHER)).toMatchObject({ status: 1, stderr: expect.stringMatching(/is not on this machine.*model\.missing/) });
  });

  it('pulls what is here without a source', async () => {
    expect(await models('pull', MODEL)).toMatchObject({ status: 0, stderr: expect.stringContaining('is here') });
    expect(JSON.parse((await models('pull', MODEL, '--json')).stdout)).toEqual([{ name: MODEL, present: true }]);
  });

  it('finds one flipped byte, and never again takes that file for whole', async () => {
    expect(await models('verify', MODEL)).toMatchObject({ status: 0, stdout: expect.stringContaining('every byte') });
    await copyFile(join(folder(), 'tokenizer.json'), join(home, 'kept'));
    await flipByte(join(folder(), 'tokenizer.json'));
    expect(await models('verify', MODEL)).toMatchObject({ status: 1, stderr: expect.stringMatching(/tokenizer\.json is damaged.*models pull.*model\.corrupt/) });
    expect(await models('pull', MODEL)).toMatchObject({ status: 1, stderr: expect.stringContaining('model.unreachable') });
    await mkdir(join(home, 'models', 'incoming'), { recursive: true });
    await copyFile(join(home, 'kept'), join(home, 'models', 'incoming', 'tokenizer.json'));
    expect(await models('pull', MODEL)).toMatchObject({ status: 0 });
    expect(await models('verify', MODEL)).toMatchObject({ status: 0 });
  });

  it('shows how it is used', async () => {
    expect(await models('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('read every byte of a model again') });
    expect(await models('verify')).toMatchObject({ status: 2, stderr: expect.stringContaining("missing required argument 'name'") });
    expect(await models()).toMatchObject({ status: 2 });
  });
});
