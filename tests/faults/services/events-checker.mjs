import kafkajs from 'kafkajs';
import { deadTopicOf, topicKindOf, topicName, topics } from '@kontor/contracts';

const READ_MS_MAX = 240_000;
const PREFIX = 'kontor';
const CONSUMER = 'administration';
/** What administration makes its tables of. */
export const PROJECTED = ['audit.recorded', 'question.asked', 'answer.finished', 'feedback.given'];

/** Holds every event of the outbox against what lies in Kafka's topics, by their offsets, and against what was made of it. */
export async function checkEvents(brokers, rows) {
  const outbox = await rows('SELECT id, aggregate, type, payload, published_at IS NOT NULL AS published, refused_code FROM outbox ORDER BY position');
  const read = await readTopics(brokers);
  const faults = [];
  const first = new Map();
  for (const [topic, messages] of read) for (const [index, { id }] of messages.entries()) if (!first.has(`${topic}/${id}`)) first.set(`${topic}/${id}`, index);
  const known = new Set(outbox.map(({ id }) => id));
  const last = new Map();
  for (const { id, aggregate, type, refused_code: refused } of outbox) {
    const topic = topicName(PREFIX, topicKindOf(type));
    const index = first.get(`${topic}/${id}`);
    if (refused !== null) faults.push(`the event ${id} (${type}) was refused: ${refused}`);
    else if (index === undefined) faults.push(`the event ${id} (${type}) is not on ${topic}`);
    else if (index < (last.get(`${topic}/${aggregate}`) ?? -1)) faults.push(`the events of ${aggregate} are out of order on ${topic}`);
    if (index !== undefined) last.set(`${topic}/${aggregate}`, index);
  }
  const dead = [...read].flatMap(([topic, messages]) => (topic.endsWith('.dead') ? messages : []));
  if (dead.length > 0) faults.push(`${dead.length} events were put aside: ${dead[0].reason}`);
  const all = [...read].flatMap(([topic, messages]) => (topic.endsWith('.dead') ? [] : messages));
  for (const { id } of all) if (!known.has(id)) faults.push(`the event ${id} is on a topic, and the database does not know it`);
  faults.push(...(await checkProjections(rows, outbox)));
  return { faults, counts: { events: outbox.length, messages: all.length, publishedTwice: all.length - new Set(all.map(({ id }) => id)).size } };
}

/** Each event that administration takes was taken, and what it made of them adds up: nothing twice, nothing never. */
async function checkProjections(rows, outbox) {
  const faults = [];
  const taken = new Set((await rows(`SELECT event_id AS id FROM event_taken WHERE consumer = '${CONSUMER}'`)).map(({ id }) => id));
  const own = outbox.filter(({ type }) => PROJECTED.includes(type));
  const missed = own.filter(({ id }) => !taken.has(id));
  if (missed.length > 0) faults.push(`${missed.length} events were not projected, for example ${missed[0].id} (${missed[0].type})`);
  const happened = (type, status) => own.filter((event) => event.type === type && (status === undefined || event.payload.status === status)).length;
  const kept = await rows('SELECT verdict, count(*)::integer AS n FROM feedback GROUP BY 1');
  const expected = {
    questions: happened('question.asked'),
    ...Object.fromEntries(['answered', 'abstained', 'failed', 'stopped'].map((status) => [status, happened('answer.finished', status)])),
    ...Object.fromEntries(['helpful', 'unhelpful'].map((what) => [what, kept.find(({ verdict }) => verdict === what)?.n ?? 0])),
  };
  const [usage] = await rows(`SELECT ${Object.keys(expected).map((what) => `sum(${what})::integer AS ${what}`).join()} FROM usage_day`);
  for (const [what, count] of Object.entries(expected)) if ((usage[what] ?? 0) !== count) faults.push(`usage counts ${usage[what] ?? 0} ${what}, and ${count} happened`);
  const audits = new Set(own.filter(({ type }) => type === 'audit.recorded').map(({ payload }) => payload.auditId));
  const [{ n }] = await rows('SELECT count(*) AS n FROM audit_entry');
  if (Number(n) !== audits.size) faults.push(`the audit has ${n} entries, and ${audits.size} actions were recorded`);
  return faults;
}

/** Everything on every topic of Kontor up to its end now, in the order of each partition. */
async function readTopics(brokers) {
  const kafka = new kafkajs.Kafka({ clientId: 'checker', brokers: [brokers], logLevel: kafkajs.logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  const own = Object.keys(topics).map((kind) => topicName(PREFIX, kind));
  const names = [...own, ...own.map(deadTopicOf)];
  const read = new Map(names.map((name) => [name, []]));
  const open = new Map();
  for (const topic of names) for (const { partition, high } of await admin.fetchTopicOffsets(topic)) if (Number(high) > 0) open.set(`${topic}/${partition}`, Number(high));
  await admin.disconnect();
  const consumer = kafka.consumer({ groupId: `checker-${Date.now()}` });
  await consumer.connect();
  await consumer.subscribe({ topics: names, fromBeginning: true });
  await new Promise((resolve, reject) => {
    if (open.size === 0) return resolve();
    const late = setTimeout(() => reject(new Error(`Kafka's topics could not be read: ${[...open.keys()].join(', ')}`)), READ_MS_MAX);
    void consumer.run({
      eachBatch: async ({ batch, resolveOffset, heartbeat }) => {
        for (const message of batch.messages) {
          read.get(batch.topic).push({ id: JSON.parse(message.value).id, reason: String(message.headers['kontor-reason'] ?? '') });
          resolveOffset(message.offset);
        }
        await heartbeat();
        // The last offset of a batch may be a marker that is no message.
        const key = `${batch.topic}/${batch.partition}`;
        if (Number(batch.lastOffset()) + 1 < (open.get(key) ?? 0)) return;
        open.delete(key);
        if (open.size === 0) resolve(clearTimeout(late));
      },
    });
  });
  await consumer.disconnect();
  return read;
}
