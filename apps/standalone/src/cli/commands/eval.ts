import { createWriteStream, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import { Command, Option } from 'commander';
import type { EvaluationLine, EvaluationRecord } from '@kontor/contracts';
import { AppError } from '@kontor/kernel';
import type { KontorClient } from '../client.js';
import { withKontor } from '../connect.js';
import { evaluateQuestion, nothingReadable, readersOf, type EvaluationMode } from '../evaluation/evaluate-question.js';
import { readQuestions } from '../evaluation/read-questions.js';
import { summarise, type Summary } from '../evaluation/summary.js';
import { printJson, printLine, StatusLine } from '../output.js';

interface Options {
  corpus: string;
  mode: EvaluationMode;
  out?: string;
  json?: boolean;
  record: boolean;
}

export function evalCommand(): Command {
  return new Command('eval')
    .description('Ask every question of a file as the person it names, and measure search and answers.')
    .argument('<questions>', 'questions.jsonl')
    .requiredOption('--corpus <name>', 'corpus to ask')
    .addOption(new Option('--mode <mode>', 'search alone, or answers too').choices(['search', 'answer']).default('search'))
    .option('--out <file>', 'one JSON line a question, in the order of the questions')
    .option('--json', 'print the metrics as JSON')
    .option('--no-record', 'keep nothing of it for the metrics and their alerts, for example of a part of the questions')
    .action(async (path: string, options: Options) => {
      const questions = await readQuestions(path);
      const out = options.out === undefined ? null : await openOut(options.out);
      const line = new StatusLine();
      const results: EvaluationLine[] = [];
      await withKontor(async (client) => {
        const readers = await readersOf(client, questions, options.corpus);
        for (const [index, question] of questions.entries()) {
          line.show(`${index + 1}/${questions.length} ${question.id}`);
          const reads = readers.has(question.asked_by);
          const result = reads ? await evaluateQuestion(client.as(question.asked_by), question, options.corpus, options.mode) : nothingReadable(question, options.mode);
          results.push(result);
          out?.write(`${JSON.stringify(result)}\n`);
        }
        if (options.record) await record(client, options.corpus, summarise(questions, results));
      });
      line.done();
      if (out) {
        out.end();
        await once(out, 'finish');
      }
      const summary = summarise(questions, results);
      if (options.json) printJson(summary);
      else printSummary(summary);
      if (summary.leaks > 0) process.exitCode = 1;
    });
}

/** For the metrics. What was measured is shown whether it can be kept or not. */
async function record(client: KontorClient, corpus: string, { search, leaks }: Summary): Promise<void> {
  const answerable = search.find(({ name }) => name === 'answerable');
  if (!answerable) return;
  const { questions, recall, reciprocalRank } = answerable;
  const body: EvaluationRecord = { corpus, questions, recall: recall[10]!, reciprocalRank, leaks };
  await client.tell('/api/admin/evaluations', body).catch((thrown: unknown) => process.stderr.write(`The result was not kept for the metrics: ${AppError.from(thrown).message}\n`));
}

/** Found out before an hour of questions, not after. */
async function openOut(path: string): Promise<WriteStream> {
  const out = createWriteStream(path);
  await once(out, 'open').catch((cause: unknown) => {
    throw new AppError('eval.out_unwritable', { message: `${path} could not be written; check its folder.`, cause });
  });
  return out;
}

function printSummary(summary: Summary): void {
  for (const group of summary.search) {
    const figures = [5, 10, 20].map((k) => `recall@${k} ${group.recall[k]!.toFixed(3)}`).join('  ');
    printLine(`${group.name.padEnd(24)} ${String(group.questions).padStart(4)}  ${figures}  MRR@10 ${group.reciprocalRank.toFixed(3)}  nDCG@10 ${group.gain.toFixed(3)}`);
  }
  for (const group of summary.answers) printLine(`${group.kind.padEnd(24)} ${String(group.questions).padStart(4)}  answered ${group.answered}  abstained ${group.abstained}  failed ${group.failed}  all facts ${group.allFacts}  cited gold ${group.citedGold}`);
  printLine(`leaks ${summary.leaks} (hits, citations and answers that show a restricted question's gold; must be 0)`);
  for (const [name, timing] of Object.entries(summary.timings)) printLine(`${name.padEnd(24)} median ${timing.median.toFixed(0)} ms  p95 ${timing.p95.toFixed(0)} ms`);
  printLine('recall@k: share of the needed gold passages among the first k hits, mean over answerable questions; a hit holds a passage when it is of the gold document and holds the quote or most of it.');
}
