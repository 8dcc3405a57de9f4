/**
 * Every default of Kontor, in one place. A value that follows the machine or another variable has none here;
 * its variable says in words what counts then.
 */
export const defaults = {
  http: { host: '127.0.0.1', port: 7700, bodyBytesMax: 1_048_576 },
  models: { sources: ['hub', 'mirror', 'local'], hubUrl: 'https://huggingface.co', pull: true },
  chatServer: { parallel: 4, external: false, thinking: false },
  inference: {
    // The wait for the first word that people accept; the prompt is cut to what the model reads in that time.
    firstWordMs: 12_000,
    answerTokensMax: 400,
    contextTokens: 4_096,
  },
  ingestion: { importsWaitingMax: 200, fileBytesMax: 104_857_600, parseTimeoutMs: 120_000, parseMemoryBytesMax: 1_073_741_824 },
  services: { tenant: 'home', redisPrefix: 'kontor', leaveMs: 5_000, drainMs: 30_000 },
  database: { connectionsMax: 10, connectTimeoutMs: 10_000, statementTimeoutMs: 60_000, lockTimeoutMs: 20_000, idleInTransactionTimeoutMs: 150_000 },
  s3: { region: 'us-east-1' },
  metrics: { host: '127.0.0.1' },
  kafka: { topicPrefix: 'kontor', partitions: 12, createTopics: true, tls: false },
  traces: { sample: 1, text: false },
  log: { level: 'info', text: false },
} as const;
