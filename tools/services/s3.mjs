import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fetchJars } from './jars.mjs';
import { findProgram } from './programs.mjs';
import { Server } from './server.mjs';

const BUCKET = 'kontor';
const REGION = 'us-east-1';
const ANSWER_MS_MAX = 1_000;

// S3Proxy checks signatures and keeps objects on disk. Of its dependencies these are all that the file system needs; the
// version of jackson-databind that it would bring by itself does not fit its jackson-dataformat-xml.
const jars = {
  name: 's3proxy-3.1.0',
  packages: [
    'org.gaul:s3proxy:3.1.0',
    ...['jclouds-core', 'jclouds-blobstore'].map((name) => `org.apache.jclouds:${name}:2.7.0`),
    'org.apache.jclouds.driver:jclouds-slf4j:2.7.0',
    ...['aws-s3', 'azureblob', 'google-cloud-storage'].map((name) => `org.apache.jclouds.provider:${name}:2.7.0`),
    ...['s3', 'sts', 'oauth', 'openstack-swift', 'openstack-keystone'].map((name) => `org.apache.jclouds.api:${name}:2.7.0`),
    'org.apache.jclouds.common:googlecloud:2.7.0',
    'com.google.guava:guava:33.5.0-jre',
    'com.google.guava:failureaccess:1.0.3',
    'com.google.inject:guice:7.0.0',
    'com.google.inject.extensions:guice-assistedinject:7.0.0',
    'com.google.code.gson:gson:2.12.1',
    'com.google.errorprone:error_prone_annotations:2.42.0',
    'aopalliance:aopalliance:1.0',
    'args4j:args4j:2.37',
    'com.fasterxml.jackson.core:jackson-annotations:2.21',
    ...['core:jackson-core', 'core:jackson-databind', 'dataformat:jackson-dataformat-xml'].map((name) => `com.fasterxml.jackson.${name}:2.21.2`),
    'com.fasterxml.woodstox:woodstox-core:7.0.0',
    'org.codehaus.woodstox:stax2-api:4.2.2',
    'jakarta.activation:jakarta.activation-api:2.1.3',
    'jakarta.annotation:jakarta.annotation-api:2.0.0',
    'jakarta.inject:jakarta.inject-api:2.0.1',
    'jakarta.servlet:jakarta.servlet-api:6.0.0',
    'jakarta.ws.rs:jakarta.ws.rs-api:3.0.0',
    'jakarta.xml.bind:jakarta.xml.bind-api:4.0.2',
    'org.slf4j:slf4j-api:2.0.17',
    ...['classic', 'core'].map((name) => `ch.qos.logback:logback-${name}:1.5.32`),
  ],
  sha256: '23b22e27d5866d51302b8ad364c53bd6348a122cc1f48995849017021596689b',
};

const java = ['-Xms32m', '-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
const logging = '<configuration><appender name="E" class="ch.qos.logback.core.ConsoleAppender"><encoder><pattern>%level %msg%n</pattern></encoder></appender><root level="WARN"><appender-ref ref="E"/></root></configuration>';

/** Java and the class path of the S3 server. */
export async function fetchS3() {
  return { program: findProgram('java'), classPath: await fetchJars(jars) };
}

/** Starts an S3 server with one bucket. */
export async function startS3(options = {}) {
  const { program, classPath } = await fetchS3();
  const newKeys = () => ({ accessKey: `kontor${randomBytes(6).toString('hex')}`, secretKey: randomBytes(20).toString('hex') });
  const keys = newKeys();
  const server = await Server.start(
    {
      name: 's3',
      // A bucket that others may read on disk would be one that anybody may list.
      prepare: ({ data }) => mkdirSync(join(data, BUCKET), { mode: 0o700 }),
      command: (self) => [program, ...java, `-Dlogback.configurationFile=${write(self, 'logback.xml', logging)}`, '-cp', classPath, 'org.gaul.s3proxy.Main', '--properties', configure(self, keys)],
      isReady: ({ port }) => answers(port),
    },
    options.port,
  );
  const endpoint = `http://127.0.0.1:${server.port}`;
  const variables = { KONTOR_S3_ENDPOINT: endpoint, KONTOR_S3_BUCKET: BUCKET, KONTOR_S3_ACCESS_KEY: keys.accessKey, KONTOR_S3_SECRET_KEY: keys.secretKey };
  const replaceKeys = async () => {
    Object.assign(keys, newKeys());
    await server.restart();
    return { ...keys };
  };
  return Object.assign(server, { endpoint, bucket: BUCKET, region: REGION, ...keys, variables, replaceKeys });
}

function configure(self, { accessKey, secretKey }) {
  const lines = {
    's3proxy.endpoint': `http://127.0.0.1:${self.port}`,
    's3proxy.authorization': 'aws-v2-or-v4',
    's3proxy.identity': accessKey,
    's3proxy.credential': secretKey,
    // Else it refuses every upload of the current clients, which send checksums unasked.
    's3proxy.ignore-unknown-headers': true,
    'jclouds.provider': 'filesystem-nio2',
    'jclouds.identity': 'none',
    'jclouds.credential': 'none',
    'jclouds.filesystem.basedir': self.data,
  };
  return write(self, 's3proxy.conf', Object.entries(lines).map(([name, value]) => `${name}=${value}\n`).join(''));
}

function write({ folder }, name, text) {
  writeFileSync(join(folder, name), text, { mode: 0o600 });
  return join(folder, name);
}

// A request without a signature is refused by a server that works.
async function answers(port) {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/${BUCKET}`, { signal: AbortSignal.timeout(ANSWER_MS_MAX) });
    await response.arrayBuffer();
    return response.status === 403;
  } catch {
    return false;
  }
}
