import type { Type } from '@nestjs/common';
import type { JobData, JobName } from '@kontor/contracts';
import type { AppError } from '@kontor/kernel';
import type { JobContext } from '../jobs/job-queue.js';

/** A provider that runs the jobs of one name; see `JobHandler` for what it may count on. */
interface JobProvider<Name extends JobName> {
  run(data: JobData<Name>, context: JobContext): Promise<void>;
  abandons?(data: JobData<Name>): Promise<AppError | null>;
  failed?(data: JobData<Name>, error: AppError): Promise<void>;
}

const handled = new WeakMap<object, JobName>();

/**
 * Marks the provider that runs a job; `JobsModule` finds it.
 *
 * @example
 * @Injectable() @Handles('corpus.embed')
 * class EmbeddingHandler { async run(data: JobData<'corpus.embed'>, { signal }: JobContext) { … } }
 */
export function Handles<Name extends JobName>(name: Name): (target: Type<JobProvider<Name>>) => void {
  return (target) => void handled.set(target, name);
}

/** The job that a provider's class was marked for. */
export function jobOf(target: unknown): JobName | undefined {
  return typeof target === 'function' ? handled.get(target) : undefined;
}
