import { setTimeout as pause } from 'node:timers/promises';
import { LAST } from './askers.mjs';

const SETTLE_MS_MAX = 240_000;

/** Counts in the database itself, as its superuser and past every service, what was promised and what is there. */
export async function check({ servers: { postgres }, services }, askers, importer) {
  const faults = [];
  const rows = (sql) => postgres.administer(sql, 'kontor');
  const settle = async (what, sql) => {
    let left = Infinity;
    for (const deadlineMs = Date.now() + SETTLE_MS_MAX; Date.now() < deadlineMs && left > 0; await pause(1_000)) left = Number((await rows(sql))[0].n);
    if (left > 0) faults.push(`${left} ${what}`);
  };
  await settle('answers stand open', `SELECT count(*) AS n FROM message WHERE status IN ('queued', 'running')`);
  await settle('imports stand open', `SELECT count(*) AS n FROM import_run WHERE state NOT IN ('finished', 'failed')`);
  for (const row of await rows(`SELECT r.state, count(*) AS runs, sum((SELECT count(*) FROM import_item i WHERE i.tenant = r.tenant AND i.run_id = r.id AND i.state = 'waiting')) AS waiting FROM import_run r WHERE finished_at IS NULL GROUP BY 1`)) console.log(`open imports: ${JSON.stringify(row)}`);
  if (services['event-relay']) await settle('events were not published', 'SELECT count(*) AS n FROM outbox WHERE published_at IS NULL');
  const failedRuns = await rows(`SELECT notices FROM import_run WHERE state = 'failed'`);
  // An import may fail for good where a server is away for long; whoever asked for it must read why.
  for (const { notices } of failedRuns) if (notices.length === 0) faults.push('an import failed without a reason');
  const answers = new Map((await rows(`SELECT id, status FROM message WHERE role = 'assistant'`)).map(({ id, status }) => [id, status]));
  for (const one of askers.asked) faults.push(...judge(one, answers));
  const documents = await rows('SELECT path, count(*) AS n, min(id::text) AS id FROM document GROUP BY path');
  const found = new Map(documents.map(({ path, n }) => [path, Number(n)]));
  for (const word of importer.words) if (found.get(`${word}.md`) !== 1) faults.push(`the document ${word}.md is there ${found.get(`${word}.md`) ?? 0} times`);
  const chunks = await rows('SELECT d.path, count(c.id) AS n FROM document d LEFT JOIN chunk c ON c.tenant = d.tenant AND c.document_id = d.id GROUP BY d.id, d.path HAVING count(c.id) <> 1');
  for (const { path, n } of chunks) faults.push(`${path} has ${n} chunks instead of one`);
  const by = (status) => [...answers.values()].filter((one) => one === status).length;
  const counts = { questionsTaken: askers.asked.length, questionsRefused: askers.refused, answered: by('answered'), abstained: by('abstained'), failed: by('failed'), importsTaken: importer.runs.length, importsRefused: importer.refused, importsFailed: failedRuns.length, documents: documents.length };
  return { faults, counts };
}

function judge({ answerId, ids, parts, status }, answers) {
  const faults = [];
  const stored = answers.get(answerId);
  if (stored === undefined) return [`the answer ${answerId} was begun and is not stored`];
  const gaps = ids.some((id, index) => index > 0 && id !== ids[index - 1] + 1);
  if (gaps) faults.push(`the stream of ${answerId} has a gap or a repetition: ${ids.join(' ')}`);
  if (parts.filter((type) => LAST.includes(type)).length > 1) faults.push(`the stream of ${answerId} ended more than once`);
  if (!parts.some((type) => LAST.includes(type))) faults.push(`the reader of ${answerId} never heard its end (stored: ${stored})`);
  if (status !== undefined && status !== stored) faults.push(`the reader of ${answerId} heard "${status}", and "${stored}" is stored`);
  return faults;
}
