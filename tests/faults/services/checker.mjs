import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { LAST } from './askers.mjs';
import { checkEvents, PROJECTED } from './events-checker.mjs';

/** An import that nothing works on is found within a minute and a half, and then wants to be read. */
const SETTLE_MS_MAX = 180_000;
const ASKED_AGAIN_MAX = 10;

/** Counts in the database itself, as its superuser and past every service, in Kafka's topics and in the bucket's files what was promised and what is there. */
export async function check({ servers: { postgres, kafka, s3 }, services }, askers, importer) {
  const faults = [];
  const rows = (sql) => postgres.administer(sql, 'kontor');
  const settle = async (what, sql) => {
    const startedMs = Date.now();
    let left = Infinity;
    for (; Date.now() < startedMs + SETTLE_MS_MAX && left > 0; await pause(500)) left = Number((await rows(sql))[0].n);
    if (left > 0) faults.push(`${left} ${what}`);
    return Date.now() - startedMs;
  };
  const settledMs = { answers: await settle('answers stand open', `SELECT count(*) AS n FROM message WHERE status IN ('queued', 'running')`), imports: await settle('imports stand open', `SELECT count(*) AS n FROM import_run WHERE state NOT IN ('finished', 'failed')`) };
  for (const row of await rows(`SELECT r.state, count(*) AS runs, sum((SELECT count(*) FROM import_item i WHERE i.tenant = r.tenant AND i.run_id = r.id AND i.state = 'waiting')) AS waiting FROM import_run r WHERE finished_at IS NULL GROUP BY 1`)) console.log(`open imports: ${JSON.stringify(row)}`);
  // An import may fail for good where a server is away for long; whoever asked for it must read why.
  const failedRuns = await rows(`SELECT notices FROM import_run WHERE state = 'failed'`);
  for (const { notices } of failedRuns) if (notices.length === 0) faults.push('an import failed without a reason');
  const answers = new Map((await rows(`SELECT id, status, error_code AS code FROM message WHERE role = 'assistant'`)).map((row) => [row.id, row]));
  for (const one of askers.asked) faults.push(...judge(one, answers));
  faults.push(...(await checkConversations(rows)), ...(await checkFeedback(rows, askers)), ...(await checkDocuments(rows, importer, s3)), ...(await askAgain(askers, answers)));
  let events = {};
  if (services['event-relay']) {
    settledMs.events = await settle('events were not published', 'SELECT count(*) AS n FROM outbox WHERE published_at IS NULL AND refused_code IS NULL');
    settledMs.projections = await settle('events were not projected', `SELECT count(*) AS n FROM outbox o WHERE type IN (${PROJECTED.map((type) => `'${type}'`).join()}) AND NOT EXISTS (SELECT FROM event_taken t WHERE t.tenant = o.tenant AND t.event_id = o.id)`);
    const checked = await checkEvents(kafka.brokers, rows);
    faults.push(...checked.faults);
    events = checked.counts;
  }
  const by = (status) => [...answers.values()].filter((one) => one.status === status).length;
  const [{ n: documents }] = await rows('SELECT count(*)::integer AS n FROM document');
  const counts = { questionsTaken: askers.asked.length, questionsRefused: askers.refused, answersStored: answers.size, answered: by('answered'), abstained: by('abstained'), failed: by('failed'), importsTaken: importer.runs.length, importsRefused: importer.refused, importsFailed: failedRuns.length, documents, ...events, settledMs };
  return { faults, counts };
}

function judge({ answerId, ids, parts, status }, answers) {
  const faults = [];
  const stored = answers.get(answerId)?.status;
  if (stored === undefined) return [`the answer ${answerId} was begun and is not stored`];
  const gaps = ids.some((id, index) => index > 0 && id !== ids[index - 1] + 1);
  if (gaps) faults.push(`the stream of ${answerId} has a gap or a repetition: ${ids.join(' ')}`);
  if (parts.filter((type) => LAST.includes(type)).length > 1) faults.push(`the stream of ${answerId} ended more than once`);
  if (!parts.some((type) => LAST.includes(type))) faults.push(`the reader of ${answerId} never heard its end (stored: ${stored})`);
  if (status !== undefined && status !== stored) faults.push(`the reader of ${answerId} heard "${status}", and "${stored}" is stored`);
  return faults;
}

/** Each question has one answer, and one that failed says why. */
async function checkConversations(rows) {
  const faults = [];
  for (const { id, questions, answers } of await rows(`SELECT conversation_id AS id, count(*) FILTER (WHERE role = 'user') AS questions, count(*) FILTER (WHERE role = 'assistant') AS answers FROM message GROUP BY 1 HAVING count(*) FILTER (WHERE role = 'user') <> count(*) FILTER (WHERE role = 'assistant')`)) {
    faults.push(`the conversation ${id} has ${questions} questions and ${answers} answers`);
  }
  const [{ n }] = await rows(`SELECT count(*) AS n FROM message WHERE status = 'failed' AND error_code IS NULL`);
  if (Number(n) > 0) faults.push(`${n} answers failed without a reason`);
  return faults;
}

/** What was taken is kept, as it was given last. */
async function checkFeedback(rows, askers) {
  const kept = new Map((await rows('SELECT message_id AS id, verdict FROM feedback')).map(({ id, verdict }) => [id, verdict]));
  const lost = askers.asked.filter(({ answerId, verdict }) => verdict !== undefined && verdict !== 'unknown' && kept.get(answerId) !== verdict);
  return lost.map(({ answerId, verdict }) => `the answer ${answerId} was called ${verdict}, and ${kept.get(answerId) ?? 'nothing'} is kept`);
}

/** Each file is one document with one passage, and its original lies in the bucket's folder as it was. */
async function checkDocuments(rows, importer, s3) {
  const faults = [];
  const documents = new Map((await rows(`SELECT path, count(*) AS n, min(blob_key) AS key FROM document d JOIN corpus c ON c.tenant = d.tenant AND c.id = d.corpus_id WHERE c.name = '${importer.corpus}' GROUP BY path`)).map((row) => [row.path, row]));
  for (const word of importer.words) {
    const found = documents.get(`${word}.md`);
    if (Number(found?.n ?? 0) !== 1) faults.push(`the document ${word}.md is there ${found?.n ?? 0} times`);
    else if (s3 && (await hashOf(join(s3.data, s3.bucket, found.key.slice(0, 2), found.key))) !== found.key) faults.push(`the original of ${word}.md is not in the bucket as it was`);
  }
  for (const { path, n } of await rows('SELECT d.path, count(c.id) AS n FROM document d LEFT JOIN chunk c ON c.tenant = d.tenant AND c.document_id = d.id GROUP BY d.id, d.path HAVING count(c.id) <> 1')) faults.push(`${path} has ${n} chunks instead of one`);
  return faults;
}

async function hashOf(file) {
  const hash = createHash('sha256');
  return pipeline(createReadStream(file), hash).then(() => hash.digest('hex'), (thrown) => thrown.code);
}

/** Who was told that an answer failed asks again in the same conversation, and is answered. */
async function askAgain(askers, answers) {
  const failed = askers.asked.filter(({ answerId }) => answers.get(answerId)?.status === 'failed').slice(0, ASKED_AGAIN_MAX);
  const faults = [];
  for (const one of failed) if ((await askers.again(one))?.status !== 'answered') faults.push(`the question of ${one.answerId}, which failed, was asked again and not answered`);
  return faults;
}
