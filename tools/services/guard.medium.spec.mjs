import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { reasonToSkip } from './index.mjs';
import { isAlive, signalTree } from './processes.mjs';

const GONE_MS_MAX = 30_000;
const skip = (await reasonToSkip('redis')) ?? (await reasonToSkip('postgres'));

/** A process that starts servers; resolves once it has said where they are. */
async function startParent(mode, count) {
  const parent = spawn(process.execPath, [join(import.meta.dirname, 'testing/parent.mjs'), mode], { stdio: ['ignore', 'pipe', 'inherit'] });
  const servers = [];
  for await (const line of createInterface({ input: parent.stdout })) {
    if (servers.push(JSON.parse(line)) === count) break;
  }
  return { parent, servers };
}

describe.skipIf(skip)(skip ? `servers: skipped, ${skip}` : 'servers', () => {
  it.each(['SIGKILL', 'SIGTERM', 'SIGINT'])('end and take their folders with them when the process that started them ends by %s', async (signal) => {
    const { parent, servers } = await startParent('wait', 2);
    const ids = servers.flatMap(({ pid }) => signalTree(pid, 0));
    expect(ids.length).toBeGreaterThan(4);
    expect(ids.every(isAlive)).toBe(true);
    parent.kill(signal);
    await expect.poll(() => [ids.filter(isAlive), servers.filter(({ folder }) => existsSync(folder))], { timeout: GONE_MS_MAX }).toEqual([[], []]);
  });

  it('do not keep alive a process that forgot them, and end with it', async () => {
    const { parent, servers } = await startParent('forget', 2);
    await new Promise((resolve) => (parent.exitCode === null ? parent.once('exit', resolve) : resolve()));
    expect(parent.exitCode).toBe(0);
    await expect.poll(() => servers.filter(({ folder, pid }) => existsSync(folder) || isAlive(pid)), { timeout: GONE_MS_MAX }).toEqual([]);
  });

  it('that had not started yet leave no folder', async () => {
    const { parent, servers } = await startParent('early', 1);
    parent.kill('SIGKILL');
    await expect.poll(() => existsSync(servers[0].folder), { timeout: GONE_MS_MAX }).toBe(false);
  });
});

describe.skipIf(skip)(skip ? `main: skipped, ${skip}` : 'node tools/services/main.mjs', () => {
  const run = (...names) => spawn(process.execPath, [join(import.meta.dirname, 'main.mjs'), ...names], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = (child) => new Promise((resolve) => child.once('exit', resolve));

  it('prints what Kontor needs to find the servers, and ends them when it is told to', async () => {
    const child = run('redis', 'postgres');
    const before = ended(child);
    const lines = [];
    for await (const line of createInterface({ input: child.stdout })) if (lines.push(line) === 3) break;
    const patterns = [/^KONTOR_REDIS_URL=redis:\/\/default:\w+@127\.0\.0\.1:\d+$/, /^KONTOR_DATABASE_URL=postgres:\/\/kontor_service:\w+@127\.0\.0\.1:\d+\/kontor$/, /^KONTOR_DATABASE_OWNER_URL=postgres:\/\/kontor_owner:/];
    expect(lines).toEqual(patterns.map((pattern) => expect.stringMatching(pattern)));
    const ids = signalTree(child.pid, 0);
    expect(ids.length).toBeGreaterThan(4);
    child.kill('SIGTERM');
    expect(await before).toBe(0);
    await expect.poll(() => ids.filter(isAlive), { timeout: GONE_MS_MAX }).toEqual([]);
  });

  it('knows no other servers', async () => {
    expect(await ended(run('mysql'))).toBe(2);
  });
});
