import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startKafka, type KafkaServer } from '@kontor/services';

const STORE_PASSWORD = 'changeit';

/** A Kafka node that speaks TLS only and wants to know who comes, with the file by which clients know it. */
export interface SecureKafka {
  server: KafkaServer;
  authorityFile: string;
  stop(): Promise<void>;
}

/** @param accounts who may sign in, with their passwords; at least one */
export async function startSecureKafka(accounts: Record<string, string>): Promise<SecureKafka> {
  const folder = mkdtempSync(join(tmpdir(), 'kontor-kafka-tls-'));
  const [store, authorityFile] = [join(folder, 'node.p12'), join(folder, 'node.pem')];
  const key = ['-alias', 'node', '-keystore', store, '-storetype', 'PKCS12', '-storepass', STORE_PASSWORD];
  // The tool comes with the Java that runs Kafka.
  execFileSync('keytool', ['-genkeypair', ...key, '-keyalg', 'EC', '-validity', '2', '-dname', 'CN=127.0.0.1', '-ext', 'SAN=IP:127.0.0.1'], { stdio: 'ignore' });
  execFileSync('keytool', ['-exportcert', '-rfc', ...key, '-file', authorityFile], { stdio: 'ignore' });
  // The node signs in to itself with the first of them.
  const [[own, password] = ['', '']] = Object.entries(accounts);
  const users = Object.entries(accounts).map(([name, secret]) => `user_${name}="${secret}"`).join(' ');
  const server = await startKafka({
    settings: {
      'listener.security.protocol.map': 'CLIENT:SASL_SSL,CONTROLLER:PLAINTEXT',
      'sasl.enabled.mechanisms': 'PLAIN',
      'sasl.mechanism.inter.broker.protocol': 'PLAIN',
      'listener.name.client.plain.sasl.jaas.config': `org.apache.kafka.common.security.plain.PlainLoginModule required username="${own}" password="${password}" ${users};`,
      'ssl.keystore.type': 'PKCS12', 'ssl.keystore.location': store, 'ssl.keystore.password': STORE_PASSWORD,
      'ssl.truststore.type': 'PEM', 'ssl.truststore.location': authorityFile,
    },
  });
  const stop = async (): Promise<void> => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { server, authorityFile, stop };
}
