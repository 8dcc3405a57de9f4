// Kills services and servers (kill -9) and harms the network between them while people ask and documents are imported,
// and lets an independent checker count afterwards. Loopback only; ends by itself. It may be done in pieces, target by target:
// the rounds of all pieces are kept in one file, and the table is made of it.
//
//   node tests/faults/kill-services.mjs [rounds for each target, 1] [targets, all] [--out FILE] [--seed N] [--no-kafka]
//   node tests/faults/kill-services.mjs 20 redis,postgres,network:redis --out faults.jsonl
//   node tests/faults/kill-services.mjs --table faults.jsonl
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startCluster } from '../cluster/cluster.mjs';
import { Askers } from './services/askers.mjs';
import { check } from './services/checker.mjs';
import { Importer } from './services/importer.mjs';
import { Probes } from './services/probes.mjs';
import { randomOf, Record } from './services/record.mjs';
import { chosen, startNetwork, targetsOf } from './services/targets.mjs';

const DOWN_MS = [300, 1_700];
const BETWEEN_MS = [300, 1_700];
const RECOVERY_MS_MAX = 120_000;
const PEOPLE = 3;

const { values, positionals } = parseArgs({ allowPositionals: true, options: { out: { type: 'string' }, seed: { type: 'string', default: '1' }, table: { type: 'string' }, kafka: { type: 'boolean', default: true } }, allowNegative: true });
if (values.table) {
  console.log(await new Record(values.table).table());
  process.exit(0);
}
const [rounds = '1', words] = positionals;
const record = new Record(values.out ?? join(tmpdir(), `kontor-faults-${process.pid}.jsonl`));
const home = await mkdtemp(join(tmpdir(), 'kontor-faults-home-'));
const network = await startNetwork();
// Without models: answers are the documents' own words, so that a round takes seconds and nothing depends on a model.
const env = { KONTOR_HOME: home, KONTOR_MODEL_SOURCES: 'local', KONTOR_LOG_LEVEL: 'error' };
const cluster = await startCluster({ instances: { 'chat-api': 2, 'inference-worker': 2, ingestion: 2 }, env, through: network.through, kafka: values.kafka && network.kafka });
const faults = [];
try {
  const importer = new Importer(cluster, join(home, 'documents'), { filesPerRun: 4 });
  const askers = new Askers(cluster, importer, PEOPLE, { thinkMs: 200 });
  const targets = chosen(targetsOf(cluster, network.proxies), words);
  await importer.begin();
  askers.start();
  importer.start();
  const spans = [];
  for (const target of targets) {
    const startedMs = performance.now();
    for (let round = 1; round <= Number(rounds); round += 1) await harm(target, round, new Probes(cluster, askers, join(home, 'probes')));
    spans.push({ target: target.name, fromMs: startedMs, toMs: performance.now() });
  }
  await askers.stop();
  await importer.stop();
  for (const { target, fromMs, toMs } of spans) await record.add({ target, slowestAnswerMs: askers.slowestMs(fromMs, toMs) });
  const checked = await check(cluster, askers, importer);
  faults.push(...checked.faults);
  await record.add({ targets: targets.map(({ name }) => name), counts: checked.counts, faults });
  console.log(`${await record.table()}\n${JSON.stringify(checked.counts)}`);
  for (const fault of faults) console.log(`FAULT ${fault}`);
  console.log(`${faults.length > 0 ? 'faults were found' : 'no fault'}; the rounds are in ${record.file}`);
} catch (thrown) {
  faults.push(thrown);
  throw thrown;
} finally {
  if (faults.length > 0) for (const [name, all] of Object.entries(cluster.services)) for (const [index, service] of all.entries()) await writeFile(`${record.file}.${name}-${index}.log`, service.output);
  await cluster.stop();
  await network.stop();
  await rm(home, { recursive: true, force: true });
}
process.exit(faults.length > 0 ? 1 : 0);

async function harm(target, round, probes) {
  const random = randomOf(values.seed, target.name, round);
  const between = ([least, most]) => least + random() * (most - least);
  await pause(between(BETWEEN_MS));
  const harmedMs = performance.now();
  await target.harm();
  await pause(between(DOWN_MS));
  const healingMs = performance.now();
  await target.heal();
  // A server's own start is not Kontor's to hasten; a service's is, and stands beside it.
  const healedMs = performance.now();
  const recovered = await probes.recovered(target.probes, RECOVERY_MS_MAX);
  const line = { target: target.name, round, downMs: Math.round(healingMs - harmedMs), startMs: Math.round(healedMs - healingMs), recovered, recoveryMs: Math.round(performance.now() - healedMs) };
  await record.add(line);
  console.log(`${target.name} round ${round}: ${recovered ? `works again after ${(line.recoveryMs / 1_000).toFixed(1)} s` : 'NOT RECOVERED'} (started in ${(line.startMs / 1_000).toFixed(1)} s)`);
  if (!recovered) faults.push(`${target.name} round ${round}: not recovered within ${RECOVERY_MS_MAX / 1_000} s`);
}
