import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { reasonToSkip } from '@kontor/services';
import { startCluster } from '../cluster/cluster.mjs';
import { Askers } from '../faults/services/askers.mjs';
import { check } from '../faults/services/checker.mjs';
import { Importer } from '../faults/services/importer.mjs';

const DAY_MS = 86_400_000;
const JUMPS = 3;
const BETWEEN_MS = 1_000;
const missing = (await Promise.all(['postgres', 'redis', 's3'].map(reasonToSkip))).find((reason) => reason !== null);
const clock = new URL('../cluster/jumping-clock.mjs', import.meta.url).href;
let home;
let cluster;
beforeAll(async () => {
  if (missing) return;
  home = await mkdtemp(join(tmpdir(), 'kontor-clocks-'));
  cluster = await startCluster({ env: { KONTOR_HOME: home, KONTOR_MODEL_SOURCES: 'local', NODE_OPTIONS: `--import=${clock}`, JUMP_MS: String(DAY_MS) } });
  // Of each service that works in any number one more, whose clock jumps the other way.
  for (const name of ['ingestion', 'inference-worker', 'chat-api']) await cluster.start(name, { JUMP_MS: String(-DAY_MS) });
});
afterAll(async () => {
  await cluster?.stop();
  if (home) await rm(home, { recursive: true, force: true });
});

it.skipIf(missing)('loses and doubles nothing while the clocks of all services jump by a day, some ahead and some back, again and again', async () => {
  const importer = new Importer(cluster, join(home, 'documents'), { filesPerRun: 2 });
  const askers = new Askers(cluster, importer, 2, { thinkMs: 100 });
  await importer.begin();
  askers.start();
  importer.start();
  const all = Object.values(cluster.services).flat();
  for (let jump = 0; jump < 2 * JUMPS; jump += 1) {
    for (const service of all) service.child.kill('SIGUSR2');
    await new Promise((wake) => setTimeout(wake, BETWEEN_MS));
  }
  await askers.stop();
  await importer.stop();
  const { faults, counts } = await check(cluster, askers, importer);
  expect(faults).toEqual([]);
  expect(askers.refusals).toEqual([]);
  expect(counts).toMatchObject({ questionsTaken: counts.answered, failed: 0, importsFailed: 0 });
  expect(counts.answered).toBeGreaterThan(5);
});
