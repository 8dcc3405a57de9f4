import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import Ajv from 'ajv';
import { parse } from 'yaml';
import { loadConfig, slices } from '@kontor/config';
import { jobs } from '@kontor/contracts';
import { findHelm, findKubernetesSchemas } from './cached-tools.mjs';
import { chart, KUBERNETES, lint, render, schemaCheck } from './chart.mjs';

const root = resolve(import.meta.dirname, '../..');
const asked = ['secrets.existingSecret="kontor"', 'kafka.brokers="kafka:9092"'];
const everything = [
  ...asked, 'image.digest="sha256:' + 'a'.repeat(64) + '"', 'image.pullSecrets=["registry"]', 'allowedHosts="chat.example"',
  'kafka.tls=true', 'kafka.sasl="scram-sha-512"', 's3.endpoint="https://s3.example"', 'models.existingClaim="models"', 'documents.existingClaim="documents"',
  'migrate.existingSecret="owner"', 'certificates.existingSecret="authorities"', 'keda.enabled=true', 'keda.redisAddress="redis:6379"', 'networkPolicy.monitoringFrom=[{"podSelector":{"matchLabels":{"app":"prometheus"}}}]',
  'models.chat="Qwen/Qwen3-4B-Instruct-2507"', 'models.embedder="multilingual-e5-small"', 'models.hubUrl="https://models.example"', 'chatServer={"url":"http://vllm.models.svc.cluster.local:8000","parallel":32,"keyFromSecret":true}',
  'networkPolicy.database.to=[{"ipBlock":{"cidr":"10.1.2.3/32"}}]', 'secrets.keys.searchDatabaseUrl="search-database-url"', 'nodeSelector={"pool":"kontor"}', 'tolerations=[{"key":"gpu","operator":"Exists"}]', 'podAnnotations={"a":"b"}',
];
const smallest = [...asked, 'networkPolicy.enabled=false', 's3.keysFromSecret=false', 'services={"chat-api":{"autoscaling":{"enabled":false}}}'];
const variables = Object.values(slices).flatMap((slice) => Object.values(slice));
/** How a variable is set that `config` does not take. */
const WAYS = {
  KONTOR_HOST: 'fixed by the image: the pod listens on all its addresses', KONTOR_PORT: 'fixed by the image: probes and Services name it', KONTOR_DATA: 'fixed by the image: services keep nothing there',
  KONTOR_HOME: 'fixed: the volume of the models is mounted there', KONTOR_MODEL_PULL: 'fixed: an init container fetches them, and the volume is read-only',
  KONTOR_LEAVE_MS: 'fixed: the grace of the pods counts on it', KONTOR_DRAIN_MS: 'services.*.graceSeconds', KONTOR_INGESTION_URL: 'fixed: the Service of ingestion', KONTOR_ADMIN_URL: 'fixed: the pod itself, for its command line',
  KONTOR_METRICS_PORT: 'fixed: port and policy name it', KONTOR_METRICS_HOST: 'fixed: Prometheus comes from outside the pod',
  KONTOR_ALLOWED_HOSTS: 'allowedHosts', KONTOR_CHAT_MODEL: 'models.chat', KONTOR_EMBEDDER: 'models.embedder', KONTOR_HUB_URL: 'models.hubUrl',
  KONTOR_CHAT_URL: 'chatServer.url', KONTOR_CHAT_URL_EXTERNAL: 'chatServer.external', KONTOR_CHAT_PARALLEL: 'chatServer.parallel', KONTOR_CHAT_THINKING: 'chatServer.thinking',
  KONTOR_KAFKA_BROKERS: 'kafka.brokers', KONTOR_KAFKA_TLS: 'kafka.tls', KONTOR_KAFKA_SASL: 'kafka.sasl',
  KONTOR_S3_ENDPOINT: 's3.endpoint', KONTOR_S3_REGION: 's3.region', KONTOR_S3_BUCKET: 's3.bucket',
};
const IMAGE = /^fixed by the image/;
const shapes = { 'what is asked for only': asked, 'everything switched on': everything, 'everything switched off': smallest };

const BUILD_MS_MAX = 900_000;
let helm;
beforeAll(async () => {
  helm = await findHelm();
  if (helm.missing) console.warn(`The chart is not checked: ${helm.missing}.`);
}, BUILD_MS_MAX);
const skipWithoutHelm = () =>
  beforeEach((context) => {
    if (helm.missing) context.skip(helm.missing);
  });

describe('lint', () => {
  skipWithoutHelm();

  it.each(Object.entries(shapes))('finds nothing with %s', async (_name, values) => {
    expect(await lint(helm.path, values)).toBe('');
  });

  it.each([
    ['no Secret', ['kafka.brokers="kafka:9092"'], 'existingSecret'],
    ['a slip of the pen', [...asked, 'modles={"chat":"x"}'], 'modles'],
    ['a service that does not exist', [...asked, 'services={"chat":{}}'], 'chat'],
    ['a secret among the values', [...asked, 'config.KONTOR_S3_SECRET_KEY="x"'], 'KONTOR_S3_SECRET_KEY'],
    ['an image without a version', [...asked, 'image.tag="latest"'], 'tag'],
    ['KEDA without an address', [...asked, 'keda.enabled=true'], 'redisAddress'],
    ['memory that is no amount', [...asked, 'services={"chat-api":{"resources":{"limits":{"memory":"much"}}}}'], 'memory'],
  ])('refuses %s', async (_name, values, word) => {
    expect(await lint(helm.path, values)).toContain(word);
    await expect(render(helm.path, values)).rejects.toThrow(word);
  });
});

describe.each(Object.entries(shapes))('rendered with %s', (_name, values) => {
  let objects = [];
  const of = (...kinds) => objects.filter(({ kind }) => kinds.includes(kind));
  const workloads = () => of('Deployment', 'Job');
  const pods = () => workloads().map(({ metadata, spec }) => ({ name: metadata.name, labels: spec.template.metadata.labels, spec: spec.template.spec }));
  const containers = () => pods().flatMap(({ name, spec }) => [...(spec.initContainers ?? []), ...spec.containers].map((container) => ({ ...container, name: `${name}/${container.name}` })));
  const services = () => of('Deployment').map(({ spec }) => spec.template.spec.containers[0]);

  skipWithoutHelm();
  beforeAll(async () => {
    if (!helm.missing) objects = await render(helm.path, values);
  });

  it('fits the schemas of Kubernetes', async (context) => {
    const schemas = await findKubernetesSchemas(KUBERNETES);
    if (schemas.missing) context.skip(schemas.missing);
    const check = schemaCheck(schemas.path);
    const known = objects.filter(({ apiVersion }) => !apiVersion.startsWith('keda.sh/'));
    expect(known.length).toBeGreaterThan(10);
    expect(known.flatMap(check)).toEqual([]);
    const [deployment] = of('Deployment');
    expect(check({ ...deployment, spec: { ...deployment.spec, replicaz: 1 } })).toEqual([expect.stringContaining('replicaz')]);
  }, BUILD_MS_MAX);

  it('has a Deployment and a budget for each of the five services, and one migration', () => {
    const names = ['admin-api', 'chat-api', 'event-relay', 'inference-worker', 'ingestion'].map((name) => `firm-kontor-${name}`);
    const named = (kind) => of(kind).map(({ metadata }) => metadata.name).sort();
    expect(named('Deployment')).toEqual(names);
    expect(named('PodDisruptionBudget')).toEqual(names);
    expect(of('Job').map(({ metadata }) => metadata.annotations['helm.sh/hook'])).toEqual(['pre-install,pre-upgrade']);
  });

  it('runs programs of this repository', () => {
    const paths = containers().map(({ args }) => args[0].replace('/dist/', '/src/').replace(/\.js$/, '.ts'));
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it('gives no pod a token, root, a capability or a root that it may write to', () => {
    for (const { spec } of pods()) {
      expect(spec).toMatchObject({ automountServiceAccountToken: false, enableServiceLinks: false, securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } } });
      expect(spec.securityContext.runAsUser).toBeGreaterThan(0);
      expect([spec.hostNetwork, spec.hostPID, spec.hostIPC, ...spec.volumes.map(({ hostPath }) => hostPath)].filter(Boolean)).toEqual([]);
    }
    for (const { securityContext } of containers()) {
      expect(securityContext).toEqual({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, runAsNonRoot: true, capabilities: { drop: ['ALL'] } });
    }
  });

  it('limits memory and processors, and the folders that may be written to', () => {
    for (const { name, resources } of containers()) {
      expect([name, ...['requests', 'limits'].flatMap((kind) => Object.keys(resources[kind]).sort())]).toEqual([name, 'cpu', 'memory', 'cpu', 'memory']);
    }
    expect(pods().flatMap(({ spec }) => spec.volumes.filter(({ emptyDir }) => emptyDir && !emptyDir.sizeLimit))).toEqual([]);
  });

  it('asks each service for its health at the paths that answer', () => {
    for (const { startupProbe, livenessProbe, readinessProbe, ports } of services()) {
      expect([startupProbe, livenessProbe, readinessProbe].map(({ httpGet }) => httpGet.path)).toEqual(['/health/live', '/health/live', '/health/ready']);
      expect(ports.map(({ name, containerPort }) => [name, containerPort])).toEqual([['http', 7700], ['metrics', 9464]]);
    }
  });

  it('selects with each selector exactly the pods that it is for', () => {
    const matching = (selector) => pods().filter(({ labels }) => Object.entries(selector).every(([key, value]) => labels[key] === value)).map(({ name }) => name);
    for (const { metadata, spec } of of('Deployment', 'PodDisruptionBudget')) expect(matching(spec.selector.matchLabels)).toEqual([metadata.name]);
    for (const { metadata, spec } of of('Service')) expect(matching(spec.selector)).toEqual([metadata.name]);
    for (const { metadata, spec } of of('NetworkPolicy').filter(({ metadata: { name } }) => !/-(deny|names)$/.test(name))) {
      expect(matching(spec.podSelector.matchLabels)).toEqual([metadata.name]);
    }
    const targets = of('HorizontalPodAutoscaler', 'ScaledObject').map(({ spec }) => spec.scaleTargetRef.name);
    expect(new Set(targets).size).toBe(targets.length);
    expect(targets.filter((name) => !of('Deployment').some(({ metadata }) => metadata.name === name))).toEqual([]);
    // Whoever sets the number of pods does it alone.
    for (const { metadata, spec } of of('Deployment')) expect([metadata.name, spec.replicas === undefined]).toEqual([metadata.name, targets.includes(metadata.name)]);
  });

  it('names accounts, volumes, ports and triggers that there are', () => {
    const accounts = of('ServiceAccount').map(({ metadata }) => metadata.name);
    for (const { spec } of pods()) {
      expect(accounts).toContain(spec.serviceAccountName);
      const mounted = [...(spec.initContainers ?? []), ...spec.containers].flatMap(({ volumeMounts }) => volumeMounts.map(({ name }) => name));
      expect(new Set(mounted)).toEqual(new Set(spec.volumes.map(({ name }) => name)));
    }
    const triggers = of('ScaledObject').flatMap(({ spec }) => spec.triggers);
    const queues = new Set(Object.values(jobs).map(({ queue }) => queue));
    expect(triggers.map(({ metadata }) => metadata.listName.split(':').at(-2)).filter((queue) => !queues.has(queue))).toEqual([]);
    const authentications = of('TriggerAuthentication').map(({ metadata }) => metadata.name);
    expect(triggers.filter(({ authenticationRef }) => !authentications.includes(authenticationRef.name))).toEqual([]);
  });

  it('gives each pod longer to end than it takes itself', () => {
    for (const { name, spec } of pods().filter(({ spec }) => spec.terminationGracePeriodSeconds)) {
      const [{ env }] = spec.containers;
      const takesSeconds = ['KONTOR_LEAVE_MS', 'KONTOR_DRAIN_MS'].reduce((sum, variable) => sum + Number(env.find((entry) => entry.name === variable).value) / 1_000, 0);
      expect([name, spec.terminationGracePeriodSeconds >= takesSeconds + 10]).toEqual([name, true]);
    }
  });

  it('lets admin-api reach ingestion by the name that ingestion answers to', () => {
    const variable = (service, name) => services().find((container) => container.name === service).env.find((entry) => entry.name === name)?.value;
    const { hostname, port } = new URL(variable('admin-api', 'KONTOR_INGESTION_URL'));
    expect(of('Service').find(({ metadata }) => metadata.name === hostname)?.spec.ports[0].port).toBe(Number(port));
    expect(variable('ingestion', 'KONTOR_ALLOWED_HOSTS')).toBe(hostname);
  });

  it('holds no secret: passwords and addresses with one come by reference', () => {
    expect(of('Secret')).toEqual([]);
    const sensitive = containers().flatMap(({ env = [] }) => env).filter(({ name }) => /PASSWORD|SECRET|_KEY$|TOKEN|ACCOUNT|_URL$/.test(name) && !/HUB_URL|INGESTION_URL|ADMIN_URL|CHAT_URL$/.test(name));
    expect(sensitive.filter(({ valueFrom }) => !valueFrom?.secretKeyRef?.name)).toEqual([]);
    const owners = workloads().filter((object) => JSON.stringify(object).includes('KONTOR_DATABASE_OWNER_URL')).map(({ metadata }) => metadata.name);
    expect(owners).toEqual(['firm-kontor-migrate']);
  });

  it('gives each container an environment that the configuration knows and accepts', () => {
    const sample = { KONTOR_DATABASE_URL: 'postgres://kontor:x@postgres/kontor', KONTOR_DATABASE_OWNER_URL: 'postgres://owner:x@postgres/kontor', KONTOR_SEARCH_DATABASE_URL: 'postgres://kontor:x@standby/kontor', KONTOR_REDIS_URL: 'redis://:x@redis:6379/0' };
    for (const { name, env = [] } of containers()) {
      const environment = Object.fromEntries(env.map((entry) => [entry.name, entry.value ?? sample[entry.name] ?? 'from-the-secret'.repeat(3)]));
      expect([name, Object.keys(environment).length]).toEqual([name, env.length]);
      expect([name, loadConfig(environment).unknownVariables]).toEqual([name, []]);
    }
  });

  it('denies all traffic first and then allows each pod what its variables name', () => {
    const policies = of('NetworkPolicy');
    if (values === smallest) return expect(policies).toEqual([]);
    const everyPod = { 'app.kubernetes.io/name': 'kontor', 'app.kubernetes.io/instance': 'firm' };
    const deny = policies.find(({ metadata }) => metadata.name.endsWith('-deny'));
    expect(deny.spec).toEqual({ podSelector: { matchLabels: everyPod }, policyTypes: ['Ingress', 'Egress'] });
    const ports = { KONTOR_DATABASE_URL: 5432, KONTOR_DATABASE_OWNER_URL: 5432, KONTOR_REDIS_URL: 6379, KONTOR_KAFKA_BROKERS: 9092, KONTOR_S3_BUCKET: 443, KONTOR_INGESTION_URL: 7700, KONTOR_CHAT_URL: 8000 };
    for (const { name, spec } of pods()) {
      const { egress } = policies.find(({ metadata }) => metadata.name === name).spec;
      const needed = spec.containers[0].env.flatMap((entry) => ports[entry.name] ?? []);
      if (spec.initContainers) needed.push(443);
      expect([name, ...new Set(egress.flatMap((rule) => rule.ports.map(({ port }) => port)))].sort()).toEqual([name, ...new Set(needed)].sort());
    }
    const reachable = policies.flatMap(({ spec }) => spec.ingress ?? []).flatMap((rule) => (rule.from?.length > 0 ? rule.ports.map(({ port }) => port) : ['from anywhere']));
    expect([...new Set(reachable)].sort()).toEqual(values === everything ? ['http', 'metrics'] : ['http']);
    const open = policies.filter(({ spec }) => spec.ingress).map(({ metadata }) => metadata.name).sort();
    const apis = ['firm-kontor-admin-api', 'firm-kontor-chat-api', 'firm-kontor-ingestion'];
    const imports = policies.find(({ metadata }) => metadata.name === 'firm-kontor-ingestion').spec.ingress.find((rule) => rule.ports[0].port === 'http');
    expect(imports.from).toEqual([{ podSelector: { matchLabels: { ...everyPod, 'app.kubernetes.io/component': 'admin-api' } } }]);
    expect(open).toEqual(values === everything ? of('Deployment').map(({ metadata }) => metadata.name).sort() : apis);
  });
});

describe.each([['everything switched on', everything]])('the variables of docs/operating/configuration.md with %s', (_name, values) => {
  skipWithoutHelm();

  it('are set by a value, come from a Secret, or are fixed with a reason, and never twice', async () => {
    const containers = (await render(helm.path, values)).filter(({ kind }) => ['Deployment', 'Job'].includes(kind)).flatMap(({ spec: { template: { spec } } }) => [...(spec.initContainers ?? []), ...spec.containers]);
    const schema = JSON.parse(readFileSync(join(chart, 'values.schema.json'), 'utf8'));
    const free = new Ajv({ strict: false }).compile(schema.properties.config);
    const byConfig = Object.keys(parse(readFileSync(join(chart, 'values.yaml'), 'utf8')).config);
    const own = new Map(containers.flatMap(({ env = [] }) => env).filter(({ name }) => name.startsWith('KONTOR_') && !byConfig.includes(name)).map((entry) => [entry.name, entry]));
    for (const { name } of variables) {
      const way = WAYS[name] ?? (own.get(name)?.valueFrom?.secretKeyRef ? 'a Secret' : undefined);
      // `config` takes whatever has no other way, and nothing that has one: Kubernetes would take the last of both.
      expect([name, way ?? 'config', free({ [name]: 'x' })]).toEqual([name, way ?? 'config', way === undefined]);
      if (way !== undefined && !IMAGE.test(way)) expect([name, own.has(name)]).toEqual([name, true]);
    }
    expect(Object.keys(WAYS).filter((name) => !variables.some((variable) => variable.name === name))).toEqual([]);
  });
});

it('describes each of its values in the schema', () => {
  const values = parse(readFileSync(join(chart, 'values.yaml'), 'utf8'));
  const schema = JSON.parse(readFileSync(join(chart, 'values.schema.json'), 'utf8'));
  expect(Object.keys(values).filter((key) => !(key in schema.properties))).toEqual([]);
});
