import { Command } from 'commander';
import { FeedbackEntry } from '@kontor/contracts';
import { z } from 'zod';
import { withAdministration } from '../connect.js';
import { printJson, printLine } from '../output.js';

export function feedbackCommand(): Command {
  return new Command('feedback')
    .description('Show what people said of answers, the latest first.')
    .option('--unhelpful', 'only of answers that were of no help')
    .option('--json', 'print as JSON')
    .action(async ({ unhelpful, json }: { unhelpful?: boolean; json?: boolean }) => {
      const all = await withAdministration((client) => client.get('/api/admin/feedback', z.array(FeedbackEntry)));
      const shown = all.filter(({ verdict }) => !unhelpful || verdict === 'unhelpful');
      if (json) return printJson(shown);
      shown.forEach(printEntry);
      if (shown.length === 0) printLine('Nobody has said anything of an answer yet.');
    });
}

function printEntry({ givenAt, verdict, reason, status, question, remark, documents }: FeedbackEntry): void {
  printLine(`${givenAt}  ${verdict}${reason === null ? '' : `: ${reason}`}  (${status})`);
  printLine(`  ${question ?? 'The question was not sent along.'}`);
  for (const line of remark?.split('\n') ?? []) printLine(`  > ${line}`);
  for (const { corpus, path } of documents) printLine(`  ${corpus}: ${path}`);
}
