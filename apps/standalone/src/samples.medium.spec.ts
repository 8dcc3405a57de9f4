import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '@kontor/config';
import { EvaluationQuestion, SearchResponse } from '@kontor/contracts';
import { startStandalone, type Standalone } from './standalone.js';

const SAMPLES = fileURLToPath(new URL('../../../samples/', import.meta.url));
const WAIT_MS_MAX = 240_000;
const SHOWN = 5;

const questions = (await readFile(join(SAMPLES, 'questions.jsonl'), 'utf8')).trim().split('\n').map((line) => EvaluationQuestion.parse(JSON.parse(line)));
const readme = await readFile(join(SAMPLES, 'README.md'), 'utf8');

let home: string;
let kontor: Standalone;
// Without models, so that the result is the same on every machine: what words alone find.
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'kontor-samples-'));
  kontor = await startStandalone({ config: loadConfig({ KONTOR_HOME: home, KONTOR_PORT: '0', KONTOR_MODEL_SOURCES: 'local', KONTOR_LOG_LEVEL: 'silent' }) });
  const request = { directory: join(SAMPLES, 'docs'), corpus: 'samples', accessFile: join(SAMPLES, 'access.json'), usersFile: join(SAMPLES, 'users.json'), lexiconFile: join(SAMPLES, 'lexicon.json') };
  const { runId } = await kontor.imports.start(request);
  while ((await kontor.imports.progress(runId)).state !== 'finished') await new Promise((wake) => setTimeout(wake, 200));
}, WAIT_MS_MAX);
afterAll(async () => {
  await kontor?.close();
  await rm(home, { recursive: true, force: true });
});

/** The documents of the hits, best first, each once. */
async function found(question: string, person: string): Promise<string[]> {
  const response = await fetch(`${kontor.address.baseUrl}/api/search`, {
    method: 'POST',
    body: JSON.stringify({ question, corpus: 'samples' }),
    headers: { 'content-type': 'application/json', authorization: `Bearer ${kontor.address.token}`, 'x-kontor-person': person },
  });
  return [...new Set(SearchResponse.parse(await response.json()).hits.map((hit) => hit.path))];
}

describe('the questions of the sample firm', () => {
  it('that have an answer find its document among the first five of those who may read it', async () => {
    const missed: string[] = [];
    for (const { id, kind, question, gold, gold_mode: mode, asked_by: person } of questions) {
      if (kind !== 'answerable') continue;
      const first = (await found(question, person)).slice(0, SHOWN);
      const hits = gold.map(({ doc }) => first.includes(doc));
      if (!(mode === 'all' ? hits.every(Boolean) : hits.some(Boolean))) missed.push(`${id} ${question} → ${first.join(', ')}`);
    }
    expect(missed).toEqual([]);
  }, WAIT_MS_MAX);

  it('that are restricted find nothing of its documents for those who may not read them', async () => {
    const leaked: string[] = [];
    const restricted = questions.filter(({ kind }) => kind === 'restricted');
    expect(restricted.length).toBeGreaterThan(0);
    for (const { id, question, gold, asked_by: person } of restricted) {
      const hits = await found(question, person);
      leaked.push(...gold.filter(({ doc }) => hits.includes(doc)).map(({ doc }) => `${id} ${person} ${doc}`));
    }
    expect(leaked).toEqual([]);
  }, WAIT_MS_MAX);
});

describe('the table of the README', () => {
  /** | question | person, role | answer |; a row without a question belongs to the one above. */
  const rows = [...readme.matchAll(/^\| (?!Question|---)([^|]*)\| (\w+), [^|]*\| ([^|]*) \|$/gm)].map(([, question, person, answer]) => ({ question: question!.trim(), person: person!, answer: answer! }));
  const asked = rows.map((row, index) => ({ ...row, question: row.question || rows[index - 1]!.question }));

  it('shows two people with each question, and each question is one that is checked', () => {
    expect(rows.length).toBe(8);
    for (const { question } of asked) expect(questions.map((one) => one.question)).toContain(question);
  });

  it.each(asked)('holds for $person: $question → $answer', async ({ question, person, answer }) => {
    const known = questions.find((one) => one.question === question && one.kind === 'answerable')!;
    const hits = await found(question, person);
    const mayRead = person === known.asked_by;
    expect(known.gold.some(({ doc }) => hits.slice(0, SHOWN).includes(doc))).toBe(mayRead);
    if (mayRead) return;
    expect(known.gold.filter(({ doc }) => hits.includes(doc))).toEqual([]);
    expect(answer).toMatch(/not found|no decision/);
  });
});
