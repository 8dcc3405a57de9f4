import { readFile } from 'node:fs/promises';
import type { ConnectionOptions } from 'node:tls';
// Native ESM finds only the default export of this CommonJS module.
import kafkajs, { type Kafka, type KafkaConfig, type LogEntry, type SASLOptions } from 'kafkajs';
import type { Config } from '@kontor/config';
import { AppError } from '@kontor/kernel';
import type { Logger } from '@kontor/observability';

const { logLevel } = kafkajs;

export type KafkaSettings = Config['kafka'];

const CONNECT_MS_MAX = 3_000;
const REQUEST_MS_MAX = 10_000;
/** Within the time that a transaction of the outbox may stay open; whoever waits longer tries again. */
export const RETRY = { retries: 4, initialRetryTime: 200, maxRetryTime: 2_000 };

/** The client by the configuration; it connects when it is first used. */
export async function kafkaClient(settings: KafkaSettings, logger: Logger): Promise<Kafka> {
  if (settings.brokers === undefined) throw new AppError('kafka.not_configured', { message: 'This service needs Kafka: set KONTOR_KAFKA_BROKERS. Without it, run all services in one process: npm start.' });
  const config: KafkaConfig = {
    clientId: 'kontor', brokers: [...settings.brokers], connectionTimeout: CONNECT_MS_MAX, requestTimeout: REQUEST_MS_MAX, retry: RETRY,
    logLevel: logLevel.INFO, logCreator: () => (entry) => log(logger, entry),
  };
  const [ssl, sasl] = [await tlsOf(settings), saslOf(settings)];
  return new kafkajs.Kafka({ ...config, ...(ssl === undefined ? {} : { ssl }), ...(sasl === undefined ? {} : { sasl }) });
}

async function tlsOf(settings: KafkaSettings): Promise<ConnectionOptions | undefined> {
  if (!settings.tls) return undefined;
  const read = async (variable: string, path: string | undefined): Promise<Buffer | undefined> => {
    if (path === undefined) return undefined;
    return readFile(path).catch((cause: unknown) => {
      throw new AppError('kafka.file_unreadable', { message: `The file that ${variable} names cannot be read.`, cause });
    });
  };
  const ca = await read('KONTOR_KAFKA_CA_FILE', settings.authorityFile);
  const cert = await read('KONTOR_KAFKA_CERTIFICATE_FILE', settings.certificateFile);
  const key = await read('KONTOR_KAFKA_KEY_FILE', settings.keyFile);
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
}

function saslOf({ saslMechanism: mechanism, saslAccount: username = '', saslPassword }: KafkaSettings): SASLOptions | undefined {
  if (mechanism === undefined) return undefined;
  const password = saslPassword?.reveal() ?? '';
  if (mechanism === 'plain') return { mechanism, username, password };
  return mechanism === 'scram-sha-256' ? { mechanism, username, password } : { mechanism, username, password };
}

/** What kafkajs calls an error it mends itself most of the time; what it cannot, reaches us as an error that is thrown. */
function log(logger: Logger, { level, namespace, log: { message, groupId, broker, topic } }: LogEntry): void {
  const fields = { kafka: namespace, groupId: groupId as unknown, broker: broker as unknown, topic: topic as unknown };
  if (level === logLevel.ERROR) logger.warn(fields, message);
  else if (level === logLevel.WARN) logger.info(fields, message);
  else logger.debug(fields, message);
}
