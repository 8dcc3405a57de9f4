// The baseline that Kontor's retrieval must reach: plain hybrid search over windows of 1,000 characters, with the same
// embedder, the same questions and the same judge. Writes the lines that `kontor eval --out` writes.
// usage: node tests/eval/baseline.mjs CORPUS_FOLDER [--language de] [--out FILE] [--cache FOLDER] [--json]
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { EvaluationLine, EvaluationQuestion } from '@kontor/contracts';
import { createExtractor } from '@kontor/extract';
import { summarise } from '../../apps/standalone/dist/cli/evaluation/summary.js';
import { keptVectors, openEmbedder } from './kept-vectors.mjs';
import { Bm25, cosines, fuseRanks, mayRead, plainAnalyser, windowsOf } from './plain-retrieval.mjs';
import { printSummary } from './print-summary.mjs';

const HITS = 20;
const LEG_DEPTH = 100;

const { values: options, positionals } = parseArgs({ allowPositionals: true, options: { language: { type: 'string' }, out: { type: 'string' }, cache: { type: 'string' }, json: { type: 'boolean' } } });
const folder = resolve(positionals[0] ?? '.');
const docs = join(folder, 'docs');
if (!existsSync(docs) || !existsSync(join(folder, 'questions.jsonl'))) {
  console.log(`skipped: ${folder} holds no corpus (docs/, access.json, users.json, questions.jsonl)`);
  process.exit(0);
}
const readJson = (name) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
const [access, people] = [readJson('access.json'), readJson('users.json')];
const questions = readFileSync(join(folder, 'questions.jsonl'), 'utf8').split('\n').filter((line) => line.trim() !== '').map((line) => EvaluationQuestion.parse(JSON.parse(line)));

async function readPieces() {
  const extractor = createExtractor();
  const files = readdirSync(docs, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).sort();
  const pieces = [];
  for (const path of files) {
    const { text } = await extractor.extract({ path, name: basename(path) });
    const doc = relative(docs, path).replaceAll('\\', '/');
    for (const window of windowsOf(text)) pieces.push({ doc, ...window });
  }
  await extractor.close();
  return pieces;
}

const majority = questions.filter(({ lang }) => lang === 'de').length > questions.length / 2 ? 'de' : 'en';
const pieces = await readPieces();
const words = new Bm25(pieces.map(({ text }) => text), plainAnalyser(options.language ?? majority));
const embedder = await openEmbedder();
const vectors = await keptVectors(embedder, 'passage', pieces.map(({ text }) => text), { folder: options.cache ?? join(tmpdir(), 'kontor-baseline'), name: basename(folder) });

/** What a person may see, piece by piece, decided before anything is ranked. */
function visibleTo(person) {
  const groups = new Set([...people.implicit_groups, ...(people.users.find(({ id }) => id === person)?.groups ?? [])]);
  const readable = new Map([...new Set(pieces.map(({ doc }) => doc))].map((doc) => [doc, mayRead(doc, groups, access)]));
  return pieces.map(({ doc }) => readable.get(doc));
}
const visible = new Map([...new Set(questions.map((question) => question.asked_by))].map((person) => [person, visibleTo(person)]));

const lines = [];
for (const { id, asked_by: user, question } of questions) {
  const startedMs = performance.now();
  const [query] = await embedder.embed([question], 'query');
  const legs = [cosines(vectors, query, visible.get(user)), words.scores(question, visible.get(user))];
  const hits = fuseRanks(legs, LEG_DEPTH).slice(0, HITS).map(([piece, score]) => ({ doc: pieces[piece].doc, section: '', text: pieces[piece].text, start: pieces[piece].start, end: pieces[piece].end, score }));
  const searchMs = performance.now() - startedMs;
  lines.push(EvaluationLine.parse({ id, user, hits, timings: { search_ms: searchMs, first_token_ms: null, total_ms: searchMs } }));
}
await embedder.close();
if (options.out) writeFileSync(options.out, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
const summary = summarise(questions, lines);
if (options.json) console.log(JSON.stringify(summary, null, 2));
else printSummary(`${basename(folder)}, plain hybrid over ${pieces.length} windows`, summary, lines);
