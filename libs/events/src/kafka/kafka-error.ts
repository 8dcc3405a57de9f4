import { AppError, type AppErrorOptions } from '@kontor/kernel';

/** What kafkajs puts on its errors; nothing of it holds a secret, and its text may hold an address. */
interface Failure {
  name?: unknown;
  message?: unknown;
  code?: unknown;
  type?: unknown;
  cause?: unknown;
  retriable?: unknown;
}

const UNREACHABLE = /^KafkaJS(Connection|ConnectionClosed|NoBrokerAvailable|RequestTimeout|GroupCoordinatorNotFound)(Error)?$|^KafkaJSBrokerNotFound$|^KafkaJSLockTimeout$/;
/** While brokers come and go. */
const LEADERLESS = new Set(['NOT_LEADER_FOR_PARTITION', 'LEADER_NOT_AVAILABLE', 'BROKER_NOT_AVAILABLE', 'COORDINATOR_NOT_AVAILABLE', 'GROUP_COORDINATOR_NOT_AVAILABLE']);
const TLS = /certificate|self.signed|\bssl\b|\btls\b|EPROTO|wrong version number/i;

const byType: Record<string, [code: string, options: AppErrorOptions]> = {
  MESSAGE_TOO_LARGE: ['event.too_large', { message: 'The topic takes no message of this size: raise its max.message.bytes.' }],
  RECORD_LIST_TOO_LARGE: ['event.too_large', { message: 'The topic takes no batch of this size: raise its max.message.bytes.' }],
  UNKNOWN_TOPIC_OR_PARTITION: ['kafka.topic_missing', { retry: 'later', message: 'A topic is missing. Start the service again: it creates the topic, or names the command that does.' }],
  NOT_ENOUGH_REPLICAS: ['kafka.unreachable', { status: 503, retry: 'later', message: 'Too few replicas of a topic are in sync. Bring the other brokers back, or lower min.insync.replicas.' }],
  SASL_AUTHENTICATION_FAILED: ['kafka.sign_in_refused', { retry: 'later', message: 'Kafka refused the sign-in: check KONTOR_KAFKA_SASL, KONTOR_KAFKA_ACCOUNT and KONTOR_KAFKA_PASSWORD.' }],
  UNSUPPORTED_SASL_MECHANISM: ['kafka.sign_in_refused', { retry: 'later', message: 'The brokers do not offer this way of signing in: set KONTOR_KAFKA_SASL to one that they do.' }],
};

const FORBIDDEN = 'The account may not do this in Kafka. Grant it Describe, DescribeConfigs, Read and Write on the topics and Read on the consumer groups that begin with KONTOR_KAFKA_TOPIC_PREFIX, and IdempotentWrite on the cluster.';

/** Makes the one error of Kontor from what kafkajs threw: an account or an address never enters the message. */
export function kafkaError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const failure = rootOf(thrown);
  const [name, type] = [String(failure.name), typeof failure.type === 'string' ? failure.type : undefined];
  const details = { kafka: type ?? name };
  const known = type === undefined ? undefined : byType[type];
  if (known) return new AppError(known[0], { ...known[1], details, cause: thrown });
  if (name === 'KafkaJSSASLAuthenticationError') return new AppError('kafka.sign_in_refused', { ...byType['SASL_AUTHENTICATION_FAILED']![1], details, cause: thrown });
  if (type?.endsWith('AUTHORIZATION_FAILED')) return new AppError('kafka.forbidden', { retry: 'later', message: FORBIDDEN, details, cause: thrown });
  if (TLS.test(String(failure.message))) {
    return new AppError('kafka.tls_refused', { retry: 'later', message: 'The encrypted connection to Kafka did not come about: check KONTOR_KAFKA_TLS, KONTOR_KAFKA_CA_FILE and the certificate for the sign-in.', details, cause: thrown });
  }
  if (UNREACHABLE.test(name) || LEADERLESS.has(type ?? '')) return unreachable(details, thrown);
  return new AppError('kafka.failed', { retry: failure.retriable === false ? 'never' : 'later', message: `Kafka answered with an error (${details.kafka}).`, details, cause: thrown });
}

const unreachable = (details: AppErrorOptions['details'], cause: unknown): AppError =>
  new AppError('kafka.unreachable', {
    status: 503, retry: 'later', ...(details ? { details } : {}), cause,
    message: 'None of the brokers in KONTOR_KAFKA_BROKERS answers: check the addresses, that Kafka runs, and whether it expects encryption (KONTOR_KAFKA_TLS) or an account (KONTOR_KAFKA_SASL). Nothing is lost: events wait in the outbox.',
  });

/** kafkajs wraps what happened in how often it tried. */
function rootOf(thrown: unknown): Failure {
  let failure = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as Failure;
  while (typeof failure.cause === 'object' && failure.cause !== null && 'name' in failure.cause) failure = failure.cause as Failure;
  return failure;
}
