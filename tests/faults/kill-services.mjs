// Kills services and servers (kill -9) and harms the network between them while people ask and documents are imported,
// and lets an independent checker count afterwards. Loopback only; ends by itself.
//
//   node tests/faults/kill-services.mjs [rounds for each target, 1 by default] [targets, comma-separated]
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startProxy } from '@kontor/services';
import { startCluster } from '../cluster/cluster.mjs';
import { check } from './services/checker.mjs';
import { Askers } from './services/askers.mjs';
import { Importer } from './services/importer.mjs';
import { targetsOf } from './services/targets.mjs';

const [rounds = '1', only] = process.argv.slice(2);
const DOWN_MS_MAX = 2_000;
const BETWEEN_MS_MAX = 3_000;
const RECOVERY_MS_MAX = 180_000;

const proxies = {};
const home = await mkdtemp(join(tmpdir(), 'kontor-faults-home-'));
// Kafka sends its clients to its own port, past any proxy.
const through = async (name, server) => (name === 'kafka' ? server : (proxies[name] = await startProxy({ to: server })));
// Without models: answers are the documents' own words, so that a round takes seconds and nothing depends on a model.
const env = { KONTOR_HOME: home, KONTOR_MODEL_SOURCES: 'local', KONTOR_LOG_LEVEL: 'fatal' };
const cluster = await startCluster({ instances: { 'chat-api': 2, 'inference-worker': 2, ingestion: 2 }, env, through, kafka: !process.argv.includes('--no-kafka') });
const importer = new Importer(cluster, join(home, 'documents'));
const askers = new Askers(cluster, importer, 3);
let failed = false;
try {
  await importer.begin();
  askers.start();
  importer.start();
  const targets = targetsOf(cluster, proxies).filter(({ name }) => only === undefined || only.startsWith('--') || only.split(',').includes(name));
  const table = new Map();
  for (let round = 0; round < Number(rounds); round += 1) {
    for (const target of targets) {
      await pause(Math.random() * BETWEEN_MS_MAX);
      await target.harm();
      await pause(Math.random() * DOWN_MS_MAX);
      await target.heal();
      // A server's own start is not Kontor's to hasten.
      const healedMs = performance.now();
      const recovered = await askers.probe(RECOVERY_MS_MAX);
      const tookMs = performance.now() - healedMs;
      table.set(target.name, [...(table.get(target.name) ?? []), tookMs]);
      console.log(`${target.name} round ${round + 1}: ${recovered ? `asked and answered again after ${(tookMs / 1_000).toFixed(1)} s` : 'NOT RECOVERED'}`);
      failed ||= !recovered;
    }
  }
  await askers.stop();
  await importer.stop();
  const { faults, counts } = await check(cluster, askers, importer);
  console.log(JSON.stringify(counts));
  for (const [name, tookMs] of table) console.log(`${name.padEnd(28)} ${tookMs.length} rounds, recovery median ${middle(tookMs)} s, longest ${(Math.max(...tookMs) / 1_000).toFixed(1)} s`);
  for (const fault of faults) console.log(`FAULT ${fault}`);
  failed ||= faults.length > 0;
  console.log(failed ? 'faults were found' : 'no fault');
} finally {
  await cluster.stop();
  for (const proxy of Object.values(proxies)) await proxy.stop();
}
process.exit(failed ? 1 : 0);

function middle(all) {
  const sorted = [...all].sort((a, b) => a - b);
  return (sorted[Math.floor(sorted.length / 2)] / 1_000).toFixed(1);
}
