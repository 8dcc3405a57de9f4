import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { outbox } from '@kontor/db';
import { InProcessEventBus } from '@kontor/events';
import { openWorld, type World } from '@kontor/testing';
import { relayEvents } from '@kontor/wiring';

const TENANT = 'firm';
const QUICK = { intervalMs: 20 };
let world: World | undefined;
afterEach(() => world?.close());

function listen(bus: InProcessEventBus): string[] {
  const heard: string[] = [];
  bus.subscribe('access.changed', ({ payload }) => Promise.resolve(void heard.push(payload.corpusId)), { consumer: 'spec' });
  return heard;
}

it('brings an announced event once, and one that was undone never', async () => {
  const { database } = (world = await openWorld());
  const bus = new InProcessEventBus();
  const heard = listen(bus);
  const announce = (corpusId: string, fails = false) =>
    database.worker(TENANT, async (tx) => {
      await outbox.announce(tx, corpusId, 'access.changed', { corpusId });
      if (fails) throw new Error('undone');
    });
  await announce('undone', true).catch(() => undefined);
  await announce('done');
  const relay = relayEvents(database, TENANT, bus, QUICK);
  await expect.poll(() => heard, { timeout: 10_000 }).toEqual(['done']);
  await relay.close();
  expect(heard).toEqual(['done']);
});

it('brings after the next start what a killed process had announced and not delivered', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kontor-killed-'));
  const script = fileURLToPath(new URL('../testing/announce-and-hang.js', import.meta.url));
  const child = spawn(process.execPath, [script, folder, TENANT], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'close');
  world = await openWorld(folder);
  const bus = new InProcessEventBus();
  const heard = listen(bus);
  const relay = relayEvents(world.database, TENANT, bus, QUICK);
  await expect.poll(() => heard, { timeout: 10_000 }).toEqual(['corpus-1']);
  await relay.close();
  expect(await world.database.worker(TENANT, (tx) => outbox.waitingEvents(tx, 9))).toEqual([]);
});
