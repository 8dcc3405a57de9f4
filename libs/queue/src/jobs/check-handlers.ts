import { AppError } from '@kontor/kernel';
import type { JobHandler, JobTable, NameOf } from './job-queue.js';

/**
 * Every job of the served queues has exactly one handler: with none it would wait for ever, with two it would
 * be luck which one runs.
 */
export function checkHandlers<Table extends JobTable>(table: Table, handlers: readonly JobHandler<Table>[], queues: readonly string[]): void {
  const problems: string[] = [];
  for (const [name, { queue }] of Object.entries(table)) {
    const count = handlers.filter((handler) => handler.job === name).length;
    const served = queues.includes(queue);
    if (served && count === 0) problems.push(`No handler for the job "${name}". Add { job: '${name}', run } to the handlers, or leave the queue "${queue}" out.`);
    if (count > 1) problems.push(`${count} handlers for the job "${name}". Keep one: a job runs in one place.`);
    if (!served && count > 0) problems.push(`The handler for "${name}" never runs, because the queue "${queue}" is not served. Add the queue, or take the handler out.`);
  }
  for (const { job } of handlers as readonly { job: NameOf<Table> }[]) {
    if (!(job in table)) problems.push(`The handler for "${job}" has no job. Add a row to the table in libs/contracts/src/jobs.ts.`);
  }
  if (problems.length > 0) throw new AppError('job.handlers', { message: problems.join('\n'), details: { problems } });
}
