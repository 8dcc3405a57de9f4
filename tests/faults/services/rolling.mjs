import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startScriptedChat } from '@kontor/models/testing';
import { startCluster } from '../../cluster/cluster.mjs';
import { Askers } from './askers.mjs';
import { check } from './checker.mjs';
import { Importer } from './importer.mjs';

const READY_MS_MAX = 120_000;
/** Longer than the load balancers of the tests take to notice. */
const LEAVE_MS = 2_000;

/** Two of each service behind load balancers, with people who search and ask, and an administrator who imports. */
export async function startBusyFirm({ people = 4, imports = true, kafka = false, env: more = {}, roots, names = ['chat-api', 'admin-api', 'ingestion', 'inference-worker', ...(kafka ? ['event-relay'] : [])] } = {}) {
  const home = await mkdtemp(join(tmpdir(), 'kontor-rolling-'));
  // Answers that take a while, so that some are on their way whenever a service is told to end.
  const chat = await startScriptedChat({ tokensPerSecond: 15, firstTokenMs: 200, parallelMax: 64 });
  const env = { KONTOR_HOME: home, KONTOR_MODEL_SOURCES: 'local', KONTOR_CHAT_URL: chat.url, KONTOR_CHAT_MODEL: 'scripted', KONTOR_CHAT_PARALLEL: '8', KONTOR_LEAVE_MS: String(LEAVE_MS), ...more };
  const close = async () => {
    await cluster?.stop();
    await chat.close();
    await rm(home, { recursive: true, force: true });
  };
  let cluster;
  try {
    cluster = await startCluster({ instances: Object.fromEntries(names.map((name) => [name, 2])), env, kafka, balanced: true, ...(roots ? { roots } : {}) });
    const importer = new Importer(cluster, join(home, 'documents'));
    const askers = new Askers(cluster, importer, people, { searches: true });
    await Promise.all(Object.entries(cluster.balancers).map(([name]) => readyAgain(cluster, cluster.services[name][0])));
    await importer.begin();
    askers.start();
    if (imports) importer.start();
    return { cluster, names, askers, importer, close };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

/** Tells one instance to end, as a deployment does, and starts it anew; resolves when it takes work again. */
export async function replace(cluster, service) {
  const code = await service.end('SIGTERM');
  if (code !== 0) throw new Error(`${service.name} ended with ${code}:\n${service.output.slice(-2_000)}`);
  await service.restart();
  await readyAgain(cluster, service);
}

async function readyAgain(cluster, service) {
  const balancer = cluster.balancers[service.name];
  const ready = async () => (balancer ? balancer.ready.includes(service.url) : (await fetch(`${service.url}/health/ready`).catch(() => null))?.ok);
  for (const deadlineMs = Date.now() + READY_MS_MAX; !(await ready()); await pause(50)) {
    if (Date.now() > deadlineMs) throw new Error(`${service.name} did not get ready:\n${service.output.slice(-2_000)}`);
  }
}

/** Lets people and administrator come to an end, and counts what failed, was lost or was told twice. */
export async function settle({ cluster, askers, importer }) {
  await askers.stop();
  await importer.stop();
  const { faults, counts } = await check(cluster, askers, importer);
  for (const reason of askers.refusals) faults.push(`a request of a person failed: ${reason}`);
  if (importer.refused > 0) faults.push(`${importer.refused} requests of the administrator failed`);
  for (const [name, { refused }] of Object.entries(cluster.balancers)) for (const reason of refused) faults.push(`${name} behind its load balancer: ${reason}`);
  if (counts.failed > 0) faults.push(`${counts.failed} answers were told as failed`);
  return { faults, counts: { ...counts, streamsReadOnElsewhere: askers.resumed, requests: Object.fromEntries(Object.entries(cluster.balancers).map(([name, { requests }]) => [name, requests])) } };
}
