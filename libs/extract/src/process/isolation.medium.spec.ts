import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { permissionArguments } from './permission-arguments.js';

describe('a parser that was taken over', () => {
  const server = createServer();
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kontor-extract-'));
    await writeFile(join(folder, 'secret'), 'secret');
    await once(server.listen(0, '127.0.0.1'), 'listening');
  });
  afterAll(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });

  const attempt = async (execArgv: string[]): Promise<unknown> => {
    const probe = fork(new URL('../testing/probe-child.js', import.meta.url), [join(folder, 'secret'), String((server.address() as AddressInfo).port)], { execArgv, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    const [report] = await once(probe, 'message');
    probe.kill();
    return report;
  };

  it('reads no file, writes none, starts no process and reaches no address', async () => {
    expect(await attempt(permissionArguments())).toEqual([]);
  });

  it('would do the first three without the permission model, so the probe does try', async () => {
    expect(await attempt([])).toEqual(['read a file', 'write a file', 'start a process']);
  });
});
