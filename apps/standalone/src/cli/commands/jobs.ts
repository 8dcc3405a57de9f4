import { Command } from 'commander';
import { DeadLetter, JobsChanged, QueueStatus } from '@kontor/contracts';
import { AppError } from '@kontor/kernel';
import { z } from 'zod';
import type { KontorClient } from '../client.js';
import { withAdministration } from '../connect.js';
import { printJson, printLine } from '../output.js';

interface ChangeOptions {
  all?: boolean;
  json?: boolean;
}

export function jobsCommand(): Command {
  const command = new Command('jobs').description('Show the queues, and run again or forget what failed for good.');
  command
    .command('list')
    .description('how full the queues are, and the jobs that failed with their reasons')
    .argument('[queue]', 'only this queue')
    .option('--json', 'print as JSON')
    .action(async (queue: string | undefined, options: { json?: boolean }) => {
      const all = await withAdministration((client) => read(client, queue));
      if (options.json) printJson(all);
      else all.forEach(printQueue);
    });
  command.command('retry').description('run failed jobs again').argument('<queue>').argument('[id]').option('--all', 'every failed job of the queue').option('--json', 'print as JSON').action((queue: string, id: string | undefined, options: ChangeOptions) => change('retry', queue, id, options));
  command.command('discard').description('forget failed jobs').argument('<queue>').argument('[id]').option('--all', 'every failed job of the queue').option('--json', 'print as JSON').action((queue: string, id: string | undefined, options: ChangeOptions) => change('discard', queue, id, options));
  return command;
}

type Listed = QueueStatus & { deadLetters: DeadLetter[] };

async function read(client: KontorClient, name: string | undefined): Promise<Listed[]> {
  const queues = await client.get('/api/admin/queues', z.array(QueueStatus));
  const shown = queues.filter(({ queue }) => name === undefined || queue === name);
  if (shown.length === 0) throw new AppError('queue.unknown', { message: `There is no queue ${name}. The queues are ${queues.map(({ queue }) => queue).join(', ')}.` });
  return Promise.all(shown.map(async (status) => ({ ...status, deadLetters: status.failed === 0 ? [] : await client.get(pathOf(status.queue), z.array(DeadLetter)) })));
}

async function change(what: 'retry' | 'discard', queue: string, id: string | undefined, { all, json }: ChangeOptions): Promise<void> {
  if ((id === undefined) === (all !== true)) throw new AppError('jobs.which', { message: `Name one job, or say --all: kontor jobs ${what} ${queue} ID, or kontor jobs ${what} ${queue} --all.` });
  const path = `${pathOf(queue)}${id === undefined ? '' : `/${encodeURIComponent(id)}`}`;
  const { jobs } = await withAdministration((client) => (what === 'retry' ? client.post(`${path}/replay`, undefined, JobsChanged) : client.remove(path, JobsChanged)));
  if (json) printJson({ queue, jobs });
  else printLine(`${jobs} ${jobs === 1 ? 'job' : 'jobs'} of ${queue} ${what === 'retry' ? 'will run again' : 'forgotten'}.`);
}

const pathOf = (queue: string): string => `/api/admin/queues/${encodeURIComponent(queue)}/dead-letters`;

function printQueue({ queue, waiting, active, failed, deadLetters }: Listed): void {
  printLine(`${queue.padEnd(12)} ${waiting} waiting · ${active} under way · ${failed} failed`);
  for (const letter of deadLetters) printLine(`  ${letter.id}  ${letter.job}  ${letter.failedAt}  ${letter.attempts} ${letter.attempts === 1 ? 'attempt' : 'attempts'}\n    ${letter.reason}`);
  if (failed > deadLetters.length) printLine(`  … and ${failed - deadLetters.length} older ones`);
}
