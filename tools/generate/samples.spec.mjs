import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

import { generateSamples } from './samples.mjs';

const SAMPLES = fileURLToPath(new URL('../../samples/', import.meta.url));
const BYTES_MAX = 3_000_000;
const read = (file) => readFileSync(path.join(SAMPLES, file), 'utf8');
const access = JSON.parse(read('access.json'));
const users = JSON.parse(read('users.json'));
const lexicon = JSON.parse(read('lexicon.json'));
const questions = read('questions.jsonl').trim().split('\n').map((line) => JSON.parse(line));
const documents = globSync('**/*.*', { cwd: path.join(SAMPLES, 'docs') }).map((file) => file.replaceAll(path.sep, '/'));

const groupsOfDocument = (document) =>
  Object.entries(access.prefixes).filter(([prefix]) => document.startsWith(prefix)).sort(([left], [right]) => right.length - left.length)[0][1];
const groupsOfUser = (id) => [...users.implicit_groups, ...users.users.find((user) => user.id === id).groups];
const mayRead = (id, document) => groupsOfDocument(document).some((group) => groupsOfUser(id).includes(group));
/** The words a document was made of: PDF and Word files are read from their sources. */
const textOf = (document) => read(/\.(pdf|docx)$/.test(document) ? `source/${document.replace(/(pdf|docx)$/, 'md')}` : `docs/${document}`);

describe('samples: rights', () => {
  it('names only known groups, so that the import takes the file', () => {
    for (const groups of Object.values(access.prefixes)) expect(access.groups).toEqual(expect.arrayContaining(groups));
    for (const user of users.users) expect(access.groups).toEqual(expect.arrayContaining(user.groups));
  });

  it('has no prefix without a document, which would be a misspelt path', () => {
    for (const prefix of Object.keys(access.prefixes)) expect(documents.some((document) => document.startsWith(prefix)), prefix).toBe(true);
  });

  it('gives each document to somebody and hides some from each person', () => {
    for (const document of documents) expect(users.users.some((user) => mayRead(user.id, document)), document).toBe(true);
    for (const user of users.users) expect(documents.every((document) => mayRead(user.id, document)), user.id).toBe(false);
  });
});

describe('samples: questions', () => {
  it('has an id for each, and people who exist', () => {
    expect(new Set(questions.map((question) => question.id)).size).toBe(questions.length);
    for (const question of questions) expect(users.users.map((user) => user.id)).toContain(question.asked_by);
  });

  it.each(questions.filter((question) => question.kind !== 'unanswerable'))('$id quotes what its documents say', ({ gold, groups, answer_has }) => {
    expect(gold.length).toBeGreaterThan(0);
    expect(answer_has.length).toBeGreaterThan(0);
    for (const { doc, quote } of gold) {
      expect(existsSync(path.join(SAMPLES, 'docs', doc)), doc).toBe(true);
      expect(textOf(doc)).toContain(quote);
      expect([...groupsOfDocument(doc)].sort()).toEqual([...groups].sort());
    }
  });

  it.each(questions.filter((question) => question.kind === 'answerable'))('$id is asked by somebody who may read the answer', ({ asked_by, gold }) => {
    for (const { doc } of gold) expect(mayRead(asked_by, doc), doc).toBe(true);
  });

  it.each(questions.filter((question) => question.kind === 'restricted'))('$id is answered nowhere that $asked_by may read', ({ asked_by, gold, answer_has }) => {
    for (const { doc } of gold) expect(mayRead(asked_by, doc), doc).toBe(false);
    const readable = documents.filter((document) => mayRead(asked_by, document)).map((document) => textOf(document).toLowerCase());
    const toldBy = (text) => answer_has.every((words) => words.some((word) => text.includes(word)));
    expect(readable.filter(toldBy)).toEqual([]);
  });

  it('marks only questions that hold a term of the lexicon', () => {
    for (const { question } of questions.filter((one) => one.uses_lexicon)) {
      expect(lexicon.some(({ term }) => question.includes(term)), question).toBe(true);
    }
  });

  it('asks some questions twice, with an answer for one person and none for another', () => {
    const kinds = Map.groupBy(questions, (question) => question.question).values();
    const pairs = [...kinds].filter((same) => new Set(same.map((question) => question.kind)).size > 1);
    expect(pairs.length).toBeGreaterThanOrEqual(5);
  });
});

describe('samples: files', () => {
  it('commits what the generator writes, byte for byte', async () => {
    for (const { file, bytes } of await generateSamples()) expect(bytes.equals(readFileSync(path.join(SAMPLES, 'docs', file))), file).toBe(true);
  });

  it('covers all five formats and stays small enough to clone and to import on the first start', () => {
    expect(new Set(documents.map((document) => path.extname(document)))).toEqual(new Set(['.md', '.txt', '.html', '.pdf', '.docx']));
    const sizes = globSync('**/*.*', { cwd: SAMPLES }).map((file) => readFileSync(path.join(SAMPLES, file)).length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(BYTES_MAX);
  });
});
