import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Redis } from 'ioredis';
import { Kafka, logLevel } from 'kafkajs';
import pg from 'pg';

const TOPIC = 'words';
const WAIT_MS_MAX = 90_000;

/** Writes a word to a server through the client that Kontor uses for it. */
export const writeDown = {
  postgres: (server, word) =>
    onPostgres(server, async (client) => {
      await client.query('CREATE TABLE IF NOT EXISTS word (at serial, text text)');
      await client.query('INSERT INTO word (text) VALUES ($1)', [word]);
    }),
  redis: (server, word) => onRedis(server, (client) => client.rpush('words', word)),
  kafka: async (server, word) => {
    await onKafka(server, (kafka) => kafka.admin(), (admin) => admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: 1 }] }));
    await onKafka(server, (kafka) => kafka.producer(), (producer) => producer.send({ topic: TOPIC, acks: -1, messages: [{ value: word }] }));
  },
  s3: (server, word) => onS3(server, (client) => client.send(new PutObjectCommand({ Bucket: server.bucket, Key: `words/${word}`, Body: word }))),
};

/** All words that the server keeps, in order. */
export const readBack = {
  postgres: (server) => onPostgres(server, async (client) => (await client.query('SELECT text FROM word ORDER BY at')).rows.map(({ text }) => text)),
  redis: (server) => onRedis(server, (client) => client.lrange('words', 0, -1)),
  redisPolicy: (server) => onRedis(server, async (client) => (await client.config('GET', 'maxmemory-policy'))[1]),
  kafka: readTopic,
  s3: (server) =>
    onS3(server, async (client) => {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: server.bucket, Prefix: 'words/' }));
      return Promise.all(Contents.map(async ({ Key }) => (await client.send(new GetObjectCommand({ Bucket: server.bucket, Key }))).Body.transformToString()));
    }),
};

async function onPostgres({ ownerUrl }, work) {
  const client = new pg.Client({ connectionString: ownerUrl });
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function onRedis({ url }, work) {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
  client.on('error', () => {});
  try {
    await client.connect();
    return await work(client);
  } finally {
    client.disconnect();
  }
}

async function onKafka({ brokers }, make, work) {
  const client = make(new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING, retry: { retries: 3 } }));
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.disconnect();
  }
}

async function readTopic(server) {
  const [{ high }] = await onKafka(server, (kafka) => kafka.admin(), (admin) => admin.fetchTopicOffsets(TOPIC));
  const words = [];
  await onKafka(server, (kafka) => kafka.consumer({ groupId: `reader-${crypto.randomUUID()}` }), async (consumer) => {
    await consumer.subscribe({ topic: TOPIC, fromBeginning: true });
    await new Promise((resolve, reject) => {
      setTimeout(() => reject(new Error(`only ${words.length} of ${high} messages came`)), WAIT_MS_MAX).unref();
      const eachMessage = async ({ message }) => {
        words.push(message.value.toString());
        if (words.length === Number(high)) resolve();
      };
      consumer.run({ eachMessage }).catch(reject);
    });
  });
  return words;
}

async function onS3({ endpoint, region, accessKey, secretKey }, work) {
  const client = new S3Client({ endpoint, region, forcePathStyle: true, maxAttempts: 1, credentials: { accessKeyId: accessKey, secretAccessKey: secretKey } });
  try {
    return await work(client);
  } finally {
    client.destroy();
  }
}
