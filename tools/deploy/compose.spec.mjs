import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import Ajv from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '@kontor/config';
import { readCompose, references } from './compose.mjs';

const root = resolve(import.meta.dirname, '../..');
const read = (path) => readFileSync(join(root, path), 'utf8');
const text = read('docker-compose.yml');
const example = read('.env.example');
const required = references(text).filter(({ operator }) => operator === ':?').map(({ name }) => name);
const secrets = Object.fromEntries(required.map((name) => [name, `${name.toLowerCase().replaceAll('_', '')}4711${'x'.repeat(32)}`]));
const compose = readCompose(text, secrets);
const services = Object.entries(compose.services);
const own = services.filter(([, { build }]) => build);
const servers = services.filter(([, { build, restart }]) => !build && restart !== 'no');
const finds = (check) => services.flatMap(([name, service]) => [check(service, name)].flat().filter(Boolean).map((problem) => `${name}: ${problem}`));

it('follows the Compose specification', () => {
  const validate = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(JSON.parse(read('tools/deploy/compose-spec.schema.json')));
  validate(compose);
  expect(validate.errors ?? []).toEqual([]);
  validate(parse(read('deploy/compose/chat-server.yml')));
  expect(validate.errors ?? []).toEqual([]);
  validate({ ...compose, services: { ...compose.services, odd: { image: 'x', memmory: '1G' } } });
  expect(validate.errors).not.toBeNull();
});

describe('secrets', () => {
  it('have no default, and without one nothing starts', () => {
    const sensitive = references(text).filter(({ name }) => /PASSWORD|_KEY$|SECRET|TOKEN/.test(name));
    expect(sensitive.length).toBeGreaterThan(0);
    // A chat server need not ask for a key, and there need not be one.
    expect(sensitive.filter(({ name, operator }) => operator !== ':?' && name !== 'CHAT_KEY')).toEqual([]);
    for (const name of required) expect(() => readCompose(text, { ...secrets, [name]: '' })).toThrow(name);
  });

  it('reach only those who need them', () => {
    const holders = (value) => services.filter(([, service]) => JSON.stringify(service).includes(value)).map(([name]) => name).sort();
    expect(holders(secrets.POSTGRES_PASSWORD)).toEqual(['postgres']);
    expect(holders(secrets.DATABASE_OWNER_PASSWORD)).toEqual(['migrate', 'postgres']);
    expect(holders(secrets.S3_SECRET_KEY)).toEqual(['chat-api', 'ingestion']);
    expect(holders(secrets.OPERATOR_TOKEN)).toEqual(['admin-api', 'chat-api', 'ingestion']);
    expect(holders(secrets.REDIS_PASSWORD)).toEqual(['admin-api', 'chat-api', 'inference-worker', 'ingestion', 'redis']);
  });

  it('and every other variable stand in .env.example, which sets none', () => {
    const listed = [...example.matchAll(/^#?([A-Z][A-Z0-9_]*)=(.*)$/gm)];
    expect(new Set(listed.map(([, name]) => name))).toEqual(new Set(references(text).map(({ name }) => name)));
    expect(listed.filter(([line]) => !line.startsWith('#')).map(([, name, value]) => [name, value])).toEqual([...new Set(required)].map((name) => [name, '']).sort(([a], [b]) => order(a) - order(b)));
    const defaults = new Map(references(text).filter(({ operator }) => operator === ':-').map(({ name, rest }) => [name, rest]));
    expect(listed.filter(([line, name, value]) => line.startsWith('#') && defaults.get(name) !== value).map(([line]) => line)).toEqual([]);
  });
  const order = (name) => example.indexOf(`\n${name}=`);
});

describe('containers', () => {
  it('have no capability and no way to more rights', () => {
    expect(finds(({ cap_drop, cap_add, privileged, security_opt = [] }) => [
      (cap_drop?.join() !== 'ALL' || cap_add || privileged) && 'keeps capabilities',
      !security_opt.includes('no-new-privileges:true') && 'may gain privileges',
    ])).toEqual([]);
  });

  it('cannot write to their root, but for Kafka, whose image does', () => {
    expect(services.filter(([, { read_only }]) => !read_only).map(([name]) => name)).toEqual(['kafka']);
  });

  it('have limits of memory, processors and processes', () => {
    expect(finds(({ deploy }) => ['memory', 'cpus', 'pids'].filter((key) => !deploy?.resources?.limits?.[key]).map((key) => `no limit of ${key}`))).toEqual([]);
  });

  it('are told healthy by a check of their own, or run once and end', () => {
    expect(finds(({ healthcheck, restart }) => (healthcheck?.disable ? restart !== 'no' && 'runs on without a check' : !healthcheck?.test && 'has no check'))).toEqual([]);
  });

  it('come from an image with a version', () => {
    expect(finds(({ image }) => !/:[\w.-]*\d[\w.-]*$/.test(image) && `image ${image}`)).toEqual([]);
  });

  it('run a program of this repository', () => {
    const programs = own.map(([name, { command }]) => [name, command[0].replace('/dist/', '/src/').replace(/\.js$/, '.ts')]);
    expect(programs.filter(([, path]) => !existsSync(join(root, path)))).toEqual([]);
  });
});

describe('networks', () => {
  it('publish the two APIs and nothing else, and those on this machine alone', () => {
    const published = services.filter(([, { ports }]) => ports).map(([name, { ports }]) => [name, ports]);
    expect(published).toEqual([['chat-api', ['127.0.0.1:7700:7700']], ['admin-api', ['127.0.0.1:7701:7700']]]);
  });

  it('have no way out, but for the one that fetches models', () => {
    const open = Object.entries(compose.networks).filter(([, network]) => !network.internal && !network.driver_opts).map(([name]) => name);
    expect(open).toEqual(['outside']);
    expect(services.filter(([, service]) => service.networks.includes('outside')).map(([name]) => name)).toEqual(['models']);
  });

  it('join each service with the servers that its variables name, and with no other', () => {
    const reached = ({ networks }) => servers.filter(([, server]) => server.networks.some((network) => networks.includes(network))).map(([name]) => name).sort();
    const named = ({ environment }) => servers.map(([name]) => name).filter((name) => Object.values(environment).some((value) => new RegExp(`(^|[/@])${name}:\\d`).test(value))).sort();
    for (const [name, service] of own) expect([name, reached(service)]).toEqual([name, named(service)]);
  });
});

it('lets admin-api reach ingestion by the name that ingestion answers to', () => {
  const { 'admin-api': admin, ingestion } = compose.services;
  const { hostname, port } = new URL(admin.environment.KONTOR_INGESTION_URL);
  expect([hostname, port, ingestion.environment.KONTOR_ALLOWED_HOSTS]).toEqual(['ingestion', '7700', 'ingestion']);
  expect(ingestion.networks.filter((network) => admin.networks.includes(network))).toContain('imports');
});

it('starts each service after what it needs', () => {
  const targets = new Map(services);
  const waitsFor = (name) => Object.keys(targets.get(name).depends_on ?? {}).flatMap((other) => [other, ...waitsFor(other)]);
  expect(finds(({ depends_on = {} }) => Object.entries(depends_on).map(([name, { condition }]) => {
    const { healthcheck, restart } = targets.get(name) ?? {};
    if (condition === 'service_healthy') return !healthcheck?.test && `waits for the health of ${name}`;
    return (condition !== 'service_completed_successfully' || restart !== 'no') && `waits for the end of ${name}`;
  }))).toEqual([]);
  for (const [name, { environment, volumes = [] }] of own) {
    const needed = servers.map(([server]) => server).filter((server) => Object.values(environment).some((value) => new RegExp(`(^|[/@])${server}:\\d`).test(value)));
    if (volumes.includes('models:/var/lib/kontor/home:ro')) needed.push('models');
    // It only listens, and Kafka may come later.
    if (name === 'chat-api') needed.splice(needed.indexOf('kafka'), 1);
    expect([name, needed.filter((other) => !waitsFor(name).includes(other))]).toEqual([name, []]);
  }
});

it('names networks, volumes and files that there are', () => {
  const named = (kind, pick) => new Set(services.flatMap(([, service]) => (service[kind] ?? []).map(pick).filter(Boolean)));
  expect(named('networks', (name) => name)).toEqual(new Set(Object.keys(compose.networks)));
  const sources = named('volumes', (volume) => volume.split(':')[0]);
  const folders = [...sources].filter((source) => source.startsWith('.'));
  expect(new Set([...sources].filter((source) => !folders.includes(source)))).toEqual(new Set(Object.keys(compose.volumes)));
  expect(folders.filter((folder) => !existsSync(join(root, folder)))).toEqual([]);
  expect(named('configs', ({ source }) => source)).toEqual(new Set(Object.keys(compose.configs)));
});

/** What Compose alone decides, because the file itself rests on it. */
const FIXED = {
  KONTOR_METRICS_HOST: 'metrics are reached from inside the networks', KONTOR_INGESTION_URL: 'the name of the service', KONTOR_ADMIN_URL: 'the container itself, for its command line', KONTOR_MODEL_PULL: 'the service "models" fetches them, and the volume is read-only',
  KONTOR_KAFKA_BROKERS: 'the name of the service', KONTOR_S3_ENDPOINT: 'the name of the service', KONTOR_S3_REGION: 'any will do', KONTOR_S3_BUCKET: 'the bucket that s3-bucket makes', KONTOR_DRAIN_MS: 'stop_grace_period counts on it',
};

it('lets an operator set every variable of docs/operating/configuration.md, but for those that it decides itself with a reason', () => {
  const raw = Object.entries(parse(text, { merge: true }).services).filter(([, { build }]) => build);
  // Whatever stands under no `environment` is set in kontor.env, which every service reads.
  expect(raw.filter(([, { env_file }]) => env_file?.[0]?.path !== 'kontor.env' || env_file[0].required !== false)).toEqual([]);
  const decided = raw.flatMap(([, { environment }]) => Object.entries(environment)).filter(([name, value]) => !String(value).includes('${') && name !== 'KONTOR_ALLOWED_HOSTS').map(([name]) => name);
  expect([...new Set(decided)].sort()).toEqual(Object.keys(FIXED).sort());
  for (const file of ['.gitignore', '.dockerignore']) expect(read(file).split('\n')).toContain('kontor.env');
});

it('hands the chat server to whom it concerns: its address to those who would fetch a model, its key to the one who asks it', () => {
  const chosen = readCompose(text, { ...secrets, CHAT_URL: 'http://gpu1:8000', CHAT_KEY: 'chat-key-0815', CHAT_PARALLEL: '32', CHAT_MODEL: 'Qwen/Qwen3-4B-Instruct-2507' }).services;
  const holders = (value) => Object.entries(chosen).filter(([, service]) => JSON.stringify(service).includes(value)).map(([name]) => name).sort();
  expect([holders('http://gpu1:8000'), holders('chat-key-0815')]).toEqual([['inference-worker', 'models'], ['inference-worker']]);
  expect(loadConfig(chosen['inference-worker'].environment).chatServer).toMatchObject({ url: 'http://gpu1:8000', parallel: 32 });
  const way = parse(read('deploy/compose/chat-server.yml'));
  expect([Object.keys(way.services), way.services['inference-worker'].networks, way.networks]).toEqual([['inference-worker'], ['chat-server'], { 'chat-server': {} }]);
});

it('lets the APIs hear of events from the brokers, where event-relay brings them, because two that empty the outbox would share it', () => {
  expect(own.filter(([, { environment }]) => environment.KONTOR_KAFKA_BROKERS).map(([name]) => name)).toEqual(['chat-api', 'admin-api', 'event-relay']);
});

it.each(own)('gives %s an environment that the configuration knows and accepts', (_name, { environment }) => {
  const image = Object.fromEntries([...read('deploy/Dockerfile').matchAll(/\b(KONTOR_\w+)=(\S+)/g)].map(([, name, value]) => [name, value]));
  expect(loadConfig({ ...image, ...environment }).unknownVariables).toEqual([]);
});
