import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startKafka, startPostgres, startRedis, startS3 } from '@kontor/services';
import { startBalancer } from './balancer.mjs';
import { kontorCommand } from './command.mjs';
import { startService } from './service.mjs';

const IMPORT_MS_MAX = 400_000;
/** The services that take requests; the others take jobs and events. */
const BALANCED = ['chat-api', 'admin-api', 'ingestion'];

/**
 * Kontor as services over real servers on loopback: for tests, load and faults.
 *
 * @param {object} options
 * @param {Record<string, number>} [options.instances] how many of each service; none of those left out
 * @param {Record<string, string>} [options.env] for every service
 * @param {string[]} [options.roots] the checkouts from which the instances of a service come in turn; this one where left out
 * @param {boolean} [options.balanced] whether a load balancer stands before each service that others call; see `balancers`
 * @param {boolean | object} [options.kafka] whether there are brokers, and with them an event-relay; or the options of its server
 * @param {(service: string, common: Record<string, string>) => Record<string, string> | Promise<Record<string, string>>} [options.environmentOf] what is different for one service
 * @param {(name: string, server: object) => object | Promise<object>} [options.through] what services reach instead of a server, such as a proxy
 */
export async function startCluster({ instances = {}, env = {}, roots = [undefined], kafka = false, balanced = false, environmentOf = () => ({}), through = (_name, server) => server } = {}) {
  const wanted = { ingestion: 1, 'inference-worker': 1, 'chat-api': 1, 'admin-api': 1, ...(kafka ? { 'event-relay': 1 } : {}), ...instances };
  const directory = await mkdtemp(join(tmpdir(), 'kontor-cluster-'));
  const servers = {};
  const services = {};
  const balancers = {};
  const begins = {};
  const stop = async () => {
    await Promise.all(Object.values(services).flat().map((service) => service.stop()));
    await Promise.all(Object.values(balancers).map((balancer) => balancer.close()));
    await Promise.all(Object.values(servers).map((server) => server.stop()));
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const starts = { postgres: startPostgres, redis: startRedis, s3: startS3, ...(kafka ? { kafka: () => startKafka(kafka === true ? {} : kafka) } : {}) };
    await Promise.all(Object.entries(starts).map(async ([name, start]) => (servers[name] = await start())));
    const token = randomBytes(24).toString('base64url');
    const reached = Object.fromEntries(await Promise.all(Object.entries(servers).map(async ([name, server]) => [name, await through(name, server)])));
    const variables = Object.assign({}, ...Object.entries(servers).map(([name, server]) => variablesOf(server, reached[name])));
    const common = { KONTOR_DATA: directory, KONTOR_PORT: '0', KONTOR_TENANT: 'firm', KONTOR_OPERATOR_TOKEN: token, KONTOR_LOG_LEVEL: 'warn', KONTOR_LEAVE_MS: '0', ...variables, ...env };
    const start = async (name, more = {}) => {
      const begun = (begins[name] = (begins[name] ?? -1) + 1);
      const own = await environmentOf(name, common);
      const service = await startService(name, { ...common, ...own, ...more }, roots[begun % roots.length]);
      (services[name] ??= []).push(service);
      return service;
    };
    await migrate(common);
    for (const name of balanced ? BALANCED : []) balancers[name] = await startBalancer(() => (services[name] ?? []).map(({ url }) => url));
    // The one that others call comes first.
    for (let i = 0; i < wanted.ingestion; i += 1) await start('ingestion');
    common.KONTOR_INGESTION_URL = (balancers.ingestion ?? services.ingestion?.[0])?.url ?? 'http://127.0.0.1:9';
    const others = Object.entries(wanted).filter(([name]) => name !== 'ingestion');
    await Promise.all(others.flatMap(([name, count]) => Array.from({ length: count }, () => start(name))));
    const api = (service, path, init, person) => callApi(token, service, path, init, person);
    // Through the load balancer where there is one, else at one instance after the other.
    const reach = (name, index = 0) => balancers[name] ?? services[name][index % services[name].length];
    return { directory, servers, services, balancers, token, start, stop, api, reach, importFolder: (request) => importFolder(api, services, request) };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}

/** Brings the schema up to date as the deployment does, with the account that owns it. */
async function migrate(env) {
  const { status, stdout, stderr } = await kontorCommand(['migrate'], env);
  if (status !== 0) throw new Error(`the schema was not brought up to date:\n${stdout}${stderr}`);
}

/** The variables of a server with the port of what stands in front of it. */
function variablesOf(server, reached) {
  if (reached === server) return server.variables;
  return Object.fromEntries(Object.entries(server.variables).map(([key, value]) => [key, value.replaceAll(`:${server.port}`, `:${reached.port}`)]));
}

function callApi(token, service, path, init = {}, person = undefined) {
  const headers = { authorization: `Bearer ${token}`, ...(typeof init.body === 'string' ? { 'content-type': 'application/json' } : {}), ...(person ? { 'x-kontor-person': person } : {}), ...init.headers };
  return fetch(service.url + path, { ...init, headers });
}

/** Imports a folder and waits for its end; resolves with how it ended. */
async function importFolder(api, services, request) {
  const admin = (path, init) => api(services['admin-api'][0], path, init);
  const started = await admin('/api/admin/imports', { method: 'POST', body: JSON.stringify(request) });
  if (!started.ok) throw new Error(`the import was refused: ${await started.text()}`);
  const { runId } = await started.json();
  for (const deadlineMs = Date.now() + IMPORT_MS_MAX; ; await pause(500)) {
    const run = await (await admin(`/api/admin/imports/${runId}`)).json();
    if (run.state === 'finished') return run;
    if (run.state === 'failed' || Date.now() > deadlineMs) throw new Error(`the import did not finish: ${JSON.stringify(run)}\n${services.ingestion[0].output}`);
  }
}
