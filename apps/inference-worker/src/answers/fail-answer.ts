import type { JobData } from '@kontor/contracts';
import { conversations } from '@kontor/db';
import type { AppError } from '@kontor/kernel';
import { count } from '@kontor/observability';
import type { InferencePorts } from '../ports.js';
import { AnswerStream } from './answer-stream.js';
import { scopeOf } from './scope-of.js';

/** Ends an answer that nobody will write: whoever waits sees that it failed and can ask again. One that has ended stays as it is. */
export async function failAnswer({ database, stream }: Pick<InferencePorts, 'database' | 'stream'>, job: Pick<JobData<'answer.generate'>, 'tenant' | 'person' | 'messageId'>, error: AppError): Promise<void> {
  const scope = await scopeOf(database, job);
  if (!scope) return;
  if (!(await database.person(scope, (tx) => conversations.endWithoutText(tx, job.messageId, 'failed', error.code)))) return;
  count('kontor_answers_total', { status: 'failed' });
  // What is stored counts; a stream that is gone is read from there.
  await new AnswerStream(stream, job.messageId).fail('The answer could not be written. Ask again.', error.code).catch(() => undefined);
}
