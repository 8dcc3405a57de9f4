import { defaults } from './defaults.js';
import { account, brokerNames, bucketName, chatServerAddress, databaseAddress, derived, file, folder, host, hostNames, listOf, longSecret, name, oneOf, onOff, redisAddress, secret, serverKey, share, type Slice, topicPrefix, variable, webAddress, wholeNumber } from './variable.js';

const DAY_MS = 86_400_000;
const GIB = 1_073_741_824;
const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

/** Every variable that Kontor reads, one slice a concern. To add one: a row here and, if it has one, its default. */
export const slices = {
  home: {
    directory: derived('KONTOR_HOME', folder, "`kontor` in the platform's data folder", 'Where models and everything else fetched lives, shared by all clones of one person.'),
  },
  store: {
    directory: derived('KONTOR_DATA', folder, '`data` in KONTOR_HOME', 'Where the embedded database, its snapshots and uploaded files live.'),
  },
  http: {
    host: variable('KONTOR_HOST', host, defaults.http.host, 'The address to listen on. Anything but a loopback address switches the demo off.'),
    port: variable('KONTOR_PORT', wholeNumber(0, 65_535), defaults.http.port, 'The port to listen on; 0 takes a free one and prints it.'),
    bodyBytesMax: variable('KONTOR_BODY_BYTES_MAX', wholeNumber(1_024, GIB), defaults.http.bodyBytesMax, 'The largest request body in bytes, uploads excepted.'),
    allowedHosts: derived('KONTOR_ALLOWED_HOSTS', hostNames, 'none', 'Names under which people reach Kontor, beside localhost, IP addresses and the name in KONTOR_HOST. A request under any other name is refused.'),
  },
  models: {
    sources: variable('KONTOR_MODEL_SOURCES', listOf(['hub', 'mirror', 'local']), defaults.models.sources, 'Where to look for a model, in this order.'),
    hubUrl: variable('KONTOR_HUB_URL', webAddress, defaults.models.hubUrl, 'The model hub, or a server inside the company that answers as the hub does.'),
    chatModel: derived('KONTOR_CHAT_MODEL', name, 'what `kontor models use` recorded, else what suits the machine', 'The catalogue name of the model that writes answers; with KONTOR_CHAT_URL the name that the server knows it by.'),
    embedder: derived('KONTOR_EMBEDDER', name, "what `kontor models use` recorded, else the catalogue's default", 'The catalogue name of the model that embeds passages and questions.'),
    pull: variable('KONTOR_MODEL_PULL', onOff, defaults.models.pull, 'Whether a missing model is fetched at the start.'),
  },
  chatServer: {
    url: derived('KONTOR_CHAT_URL', chatServerAddress, 'none; the model runs in this process', 'A server with an OpenAI-compatible API that writes the answers with the model KONTOR_CHAT_MODEL: vLLM, SGLang, llama-server, Ollama. See docs/operating/models.md.'),
    key: derived('KONTOR_CHAT_KEY', serverKey, 'none', 'The key that the chat server asks for. It is never shown.'),
    parallel: variable('KONTOR_CHAT_PARALLEL', wholeNumber(1, 1_024), defaults.chatServer.parallel, 'How many answers the chat server writes at the same time; more wait in the queue.'),
    external: variable('KONTOR_CHAT_URL_EXTERNAL', onOff, defaults.chatServer.external, 'Whether KONTOR_CHAT_URL may lie outside the house. Questions and excerpts of documents go there.'),
    thinking: variable('KONTOR_CHAT_THINKING', onOff, defaults.chatServer.thinking, 'Whether a model that can think before it answers does so. Off asks the server for `enable_thinking: false`.'),
  },
  inference: {
    firstWordMs: variable('KONTOR_FIRST_WORD_MS', wholeNumber(1_000, DAY_MS), defaults.inference.firstWordMs, 'How long the first word of an answer may take. The sources shown to the model are cut to it.'),
    answerTokensMax: variable('KONTOR_ANSWER_TOKENS_MAX', wholeNumber(16, 32_768), defaults.inference.answerTokensMax, 'The longest answer in tokens.'),
    contextTokens: variable('KONTOR_CONTEXT_TOKENS', wholeNumber(512, 1_048_576), defaults.inference.contextTokens, 'The context of the chat model in tokens; memory grows with it.'),
  },
  ingestion: {
    embedThreads: derived('KONTOR_EMBED_THREADS', wholeNumber(1, 256), 'one for each processor', 'Threads that embed passages during an import.'),
    importsWaitingMax: variable('KONTOR_IMPORTS_WAITING_MAX', wholeNumber(1, 100_000), defaults.ingestion.importsWaitingMax, 'How many imports and uploads may be under way or wait. Another one is told to come back later, with its place.'),
    fileBytesMax: variable('KONTOR_FILE_BYTES_MAX', wholeNumber(1, 4 * GIB), defaults.ingestion.fileBytesMax, 'The largest file that is imported, in bytes.'),
    parseTimeoutMs: variable('KONTOR_PARSE_TIMEOUT_MS', wholeNumber(1_000, DAY_MS), defaults.ingestion.parseTimeoutMs, 'How long reading one file may take.'),
    parseMemoryBytesMax: variable('KONTOR_PARSE_MEMORY_BYTES_MAX', wholeNumber(GIB / 8, 64 * GIB), defaults.ingestion.parseMemoryBytesMax, 'How much memory the process that reads a file may take.'),
  },
  services: {
    operatorToken: derived('KONTOR_OPERATOR_TOKEN', longSecret, 'none; the embedded shape makes one at each start', 'What the command line and other services show to act as administrator, or as any person whom they name. At least 32 characters.'),
    url: derived('KONTOR_URL', webAddress, 'none: the Kontor of this machine', 'Where the command line reaches `chat-api`, for `search`, `ask` and `eval`, or what stands before all services; it shows KONTOR_OPERATOR_TOKEN.'),
    sessionKey: derived('KONTOR_SESSION_KEY', longSecret, 'none; the embedded shape keeps one in KONTOR_DATA', 'Signs sessions; the same in every process that shall know them. At least 32 characters.'),
    leaveMs: variable('KONTOR_LEAVE_MS', wholeNumber(0, 600_000), defaults.services.leaveMs, 'How long a service that is told to end serves on while `/health/ready` says no, so that load balancers send no more. Longer than they take to notice.'),
    drainMs: variable('KONTOR_DRAIN_MS', wholeNumber(0, DAY_MS), defaults.services.drainMs, 'How long requests, answers and imports under way may go on after that. Give its supervisor ten seconds more than both together.'),
    adminUrl: derived('KONTOR_ADMIN_URL', webAddress, 'as KONTOR_URL', 'Where the command line reaches `admin-api`, for `jobs`, `import`, `doctor` and what `eval` keeps; it shows KONTOR_OPERATOR_TOKEN.'),
    ingestionUrl: derived('KONTOR_INGESTION_URL', webAddress, 'none', 'Where `admin-api` in a process of its own reaches `ingestion`.'),
    databaseUrl: derived('KONTOR_DATABASE_URL', databaseAddress, 'none; the embedded shape needs none', 'The PostgreSQL server that services in processes of their own share: `postgres://account:password@host/database`.'),
    searchDatabaseUrl: derived('KONTOR_SEARCH_DATABASE_URL', databaseAddress, 'none: search asks KONTOR_DATABASE_URL', 'A standby of that server on which `chat-api` searches; what it finds is read from KONTOR_DATABASE_URL, which decides rights. While it is away, search asks there.'),
    redisUrl: derived('KONTOR_REDIS_URL', redisAddress, 'none; the embedded shape needs none', 'The Redis or Valkey server of the queues and of answers on their way: `redis://account:password@host:6379/0`, `rediss://` for TLS.'),
    redisPrefix: variable('KONTOR_REDIS_PREFIX', name, defaults.services.redisPrefix, 'Begins every key in Redis, so that two Kontors may share a server.'),
    tenant: variable('KONTOR_TENANT', name, defaults.services.tenant, 'The firm whose documents a service in a process of its own works on.'),
  },
  database: {
    ownerUrl: derived('KONTOR_DATABASE_OWNER_URL', databaseAddress, 'none; services need none', 'The same database for `kontor migrate` alone: the account that owns it and may make roles.'),
    connectionsMax: variable('KONTOR_DATABASE_CONNECTIONS_MAX', wholeNumber(1, 1_000), defaults.database.connectionsMax, 'Connections that one process holds at most.'),
    connectTimeoutMs: variable('KONTOR_DATABASE_CONNECT_TIMEOUT_MS', wholeNumber(100, 600_000), defaults.database.connectTimeoutMs, 'How long to wait for a connection, a free one of the process included.'),
    statementTimeoutMs: variable('KONTOR_DATABASE_STATEMENT_TIMEOUT_MS', wholeNumber(100, DAY_MS), defaults.database.statementTimeoutMs, 'How long one statement may take.'),
    lockTimeoutMs: variable('KONTOR_DATABASE_LOCK_TIMEOUT_MS', wholeNumber(100, DAY_MS), defaults.database.lockTimeoutMs, 'How long a statement may wait for what another one holds.'),
    idleInTransactionTimeoutMs: variable('KONTOR_DATABASE_IDLE_TIMEOUT_MS', wholeNumber(1_000, DAY_MS), defaults.database.idleInTransactionTimeoutMs, 'How long a transaction may wait for its process between two statements.'),
  },
  s3: {
    endpoint: derived('KONTOR_S3_ENDPOINT', webAddress, "Amazon's of KONTOR_S3_REGION", "The company's own S3-compatible server; the bucket then stands in the path."),
    region: variable('KONTOR_S3_REGION', name, defaults.s3.region, 'The region of the bucket; most servers of one’s own take any.'),
    bucket: derived('KONTOR_S3_BUCKET', bucketName, 'none; uploaded files then lie in a folder of KONTOR_DATA', 'The bucket that keeps uploaded and imported files.'),
    accessKey: derived('KONTOR_S3_ACCESS_KEY', account, 'what the platform gives the process, such as a role of its machine', 'The account at the blob store. Set together with KONTOR_S3_SECRET_KEY, or not at all.'),
    secretKey: derived('KONTOR_S3_SECRET_KEY', secret, 'as KONTOR_S3_ACCESS_KEY', 'Its secret.'),
  },
  kafka: {
    brokers: derived('KONTOR_KAFKA_BROKERS', brokerNames, 'none; the embedded shape needs none', 'The Kafka brokers to begin with; the others are found through them.'),
    topicPrefix: variable('KONTOR_KAFKA_TOPIC_PREFIX', topicPrefix, defaults.kafka.topicPrefix, 'What the names of topics and consumer groups begin with, so that several Kontors share a cluster.'),
    createTopics: variable('KONTOR_KAFKA_CREATE_TOPICS', onOff, defaults.kafka.createTopics, 'Whether missing topics are created at the start; where not, the error names the command that does it.'),
    partitions: variable('KONTOR_KAFKA_PARTITIONS', wholeNumber(1, 1_000), defaults.kafka.partitions, 'The partitions of a topic that is created: so many instances of a consumer can share it. It cannot be changed later without losing the order.'),
    tenantPartitions: derived('KONTOR_KAFKA_TENANT_PARTITIONS', wholeNumber(1, 1_000), 'all of them', 'To how many neighbouring partitions of each topic the events of one tenant go; 1 keeps all of a tenant in order. The same for all relays, and not to be changed later.'),
    replicas: derived('KONTOR_KAFKA_REPLICAS', wholeNumber(1, 9), "what the brokers' `default.replication.factor` says", 'On how many brokers a created topic lies.'),
    tls: variable('KONTOR_KAFKA_TLS', onOff, defaults.kafka.tls, 'Whether the connections are encrypted.'),
    authorityFile: derived('KONTOR_KAFKA_CA_FILE', file, "the system's authorities", 'The certificates that vouch for the brokers, as PEM.'),
    certificateFile: derived('KONTOR_KAFKA_CERTIFICATE_FILE', file, 'none', 'The certificate by which Kontor signs in to the brokers, as PEM.'),
    keyFile: derived('KONTOR_KAFKA_KEY_FILE', file, 'none', 'The key of that certificate, as PEM.'),
    saslMechanism: derived('KONTOR_KAFKA_SASL', oneOf(['plain', 'scram-sha-256', 'scram-sha-512']), 'none', 'How Kontor signs in with account and password.'),
    saslAccount: derived('KONTOR_KAFKA_ACCOUNT', account, 'none', 'The account for it.'),
    saslPassword: derived('KONTOR_KAFKA_PASSWORD', secret, 'none', 'The password for it.'),
  },
  demo: {
    enabled: derived('KONTOR_DEMO', onOff, 'on where KONTOR_HOST is a loopback address and no real sign-in is set up, else off', "Whether anyone may sign in as one of the sample firm's people. Refused on any other address."),
  },
  metrics: {
    port: derived('KONTOR_METRICS_PORT', wholeNumber(0, 65_535), 'none: no metrics are served', 'The port that serves `/metrics` for Prometheus. Never publish it: it tells how much is asked and found.'),
    host: variable('KONTOR_METRICS_HOST', host, defaults.metrics.host, 'The address on which metrics are served.'),
  },
  traces: {
    url: derived('KONTOR_TRACES_URL', webAddress, 'none: nothing is traced', 'Where a receiver of OpenTelemetry traces (OTLP over HTTP, JSON) is, such as `http://collector:4318`; they go to `/v1/traces` below it.'),
    sample: variable('KONTOR_TRACES_SAMPLE', share, defaults.traces.sample, 'The share of traces that are kept, the same in every service.'),
    text: variable('KONTOR_TRACES_TEXT', onOff, defaults.traces.text, 'Whether the text of prompts and answers and the paths of documents may appear in traces. They are confidential; the receiver must then lie in the house.'),
  },
  log: {
    level: variable('KONTOR_LOG_LEVEL', oneOf(LOG_LEVELS), defaults.log.level, 'The least serious message that is written.'),
    text: variable('KONTOR_LOG_TEXT', onOff, defaults.log.text, 'Whether the text of questions and documents may appear in the log. They are confidential; switch it on only to look for a fault.'),
  },
} as const satisfies Record<string, Slice>;

export type Slices = typeof slices;
export type SliceName = keyof Slices;
