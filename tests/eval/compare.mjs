// Judges runs of the same questions by the same code, side by side: what `kontor eval --out` or `baseline.mjs --out` wrote.
// usage: node tests/eval/compare.mjs QUESTIONS.jsonl FIRST.jsonl SECOND.jsonl
import { readFileSync } from 'node:fs';
import { EvaluationLine, EvaluationQuestion } from '@kontor/contracts';
import { summarise } from '../../apps/standalone/dist/cli/evaluation/summary.js';
import { printSummary } from './print-summary.mjs';

const readLines = (path, schema) => readFileSync(path, 'utf8').split('\n').filter((line) => line.trim() !== '').map((line) => schema.parse(JSON.parse(line)));
const [questionsPath, ...paths] = process.argv.slice(2);
const questions = readLines(questionsPath, EvaluationQuestion);
const runs = paths.map((path) => readLines(path, EvaluationLine));
for (const [index, lines] of runs.entries()) {
  const misplaced = questions.findIndex(({ id }, place) => lines[place]?.id !== id);
  if (misplaced >= 0) throw new Error(`${paths[index]} does not hold ${questions[misplaced].id} at line ${misplaced + 1}; judge runs of these questions.`);
  printSummary(paths[index], summarise(questions, lines), lines);
}
if (runs.length === 2) {
  const gainOf = (lines, place) => summarise([questions[place]], [lines[place]]).search[0]?.gain ?? 0;
  const differences = questions.flatMap((question, place) => (question.kind === 'answerable' ? [{ id: question.id, first: gainOf(runs[0], place), second: gainOf(runs[1], place) }] : []));
  const better = (a, b) => differences.filter((one) => one[a] > one[b] + 1e-9).map(({ id }) => id);
  console.log(`nDCG@10 higher in the first: ${better('first', 'second').length} (${better('first', 'second').join(' ')})`);
  console.log(`nDCG@10 higher in the second: ${better('second', 'first').length} (${better('second', 'first').join(' ')})`);
}
