import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fetchOnce } from './cache.mjs';
import { fetchJars } from './jars.mjs';
import { freePort } from './ports.mjs';
import { findProgram, runProgram } from './programs.mjs';
import { Server } from './server.mjs';

const jars = {
  name: 'kafka-4.1.0',
  packages: ['org.apache.kafka:kafka_2.13:4.1.0', 'org.slf4j:slf4j-simple:1.7.36'],
  transitive: true,
  sha256: 'defd8523665b9074bf5486e51fe91862ce7d7b704147ee109ec8d845548c7da9',
};

const java = ['-Xms128m', '-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', '-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info'];

const FORMAT_MS_MAX = 120_000;
const CLUSTER = 'a29udG9yLXNlcnZpY2VzMQ';

/** Java, the class path of Kafka, and a data folder as every new node begins with. */
export async function fetchKafka() {
  const [program, classPath] = [findProgram('java'), await fetchJars(jars)];
  // Nothing in it is particular to a node, so the second or two that it takes is spent once.
  const empty = await fetchOnce(`${jars.name}-empty`, async (draft) => {
    const file = configure({ folder: draft, data: join(draft, 'data') }, 1, 2, {});
    await runProgram(program, ['-XX:TieredStopAtLevel=1', '-cp', classPath, 'kafka.tools.StorageTool', 'format', '-t', CLUSTER, '-c', file], { timeoutMs: FORMAT_MS_MAX });
  });
  return { program, classPath, empty: join(empty, 'data') };
}

/** Starts one Kafka node in KRaft mode. `advertisedPort` is the port that clients are sent to, for a proxy in between. */
export async function startKafka(options = {}) {
  const { program, classPath, empty } = await fetchKafka();
  const controllerPort = await freePort();
  const server = await Server.start(
    {
      name: 'kafka',
      prepare: ({ data }) => cpSync(empty, data, { recursive: true }),
      command: (self) => {
        self.saidBefore = said(self).length;
        return [program, ...java, '-cp', classPath, 'kafka.Kafka', configure(self, controllerPort, self.port, options)];
      },
      isReady: (self) => said(self).slice(self.saidBefore).includes('Kafka Server started'),
    },
    options.port,
  );
  const brokers = `127.0.0.1:${options.advertisedPort ?? server.port}`;
  return Object.assign(server, { brokers, variables: { KONTOR_KAFKA_BROKERS: brokers } });
}

// The node says so once it takes part in its cluster; its port is open before. A start that was broken off never says it.
function said({ folder }) {
  const log = join(folder, 'log');
  return existsSync(log) ? readFileSync(log, 'utf8') : '';
}

function configure({ folder, data }, controllerPort, port, { advertisedPort = port, settings = {} }) {
  const file = join(folder, 'server.properties');
  const lines = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `CLIENT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `CLIENT://127.0.0.1:${advertisedPort},CONTROLLER://127.0.0.1:${controllerPort}`,
    'listener.security.protocol.map': 'CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name': 'CLIENT',
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': data,
    'num.partitions': 1,
    'offsets.topic.num.partitions': 1,
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.num.partitions': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    'auto.create.topics.enable': false,
    // After a kill the node may come back only once its former self counts as gone.
    'broker.session.timeout.ms': 4000,
    'broker.heartbeat.interval.ms': 500,
    ...settings,
  };
  writeFileSync(file, Object.entries(lines).map(([name, value]) => `${name}=${value}\n`).join(''));
  return file;
}
