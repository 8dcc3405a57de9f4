import { UnrecoverableError } from 'bullmq';
import { AppError } from '@kontor/kernel';

const REASON_UNITS_MAX = 2_000;

/** What nobody foresaw may be over at the next attempt; what an AppError says counts. */
const retries = (thrown: unknown): boolean => !(thrown instanceof AppError) || thrown.retry === 'later';

const reasonOf = (error: AppError): string => `${error.code}: ${error.message}`.slice(0, REASON_UNITS_MAX);

/** The error as BullMQ reads verdicts: an UnrecoverableError is not tried again. */
export function toBullError(thrown: unknown, final: boolean): Error {
  const reason = reasonOf(AppError.from(thrown));
  const error = final ? new UnrecoverableError(reason) : new Error(reason);
  if (thrown instanceof Error && thrown.stack !== undefined) error.stack = thrown.stack;
  return error;
}

export const isFinal = (thrown: unknown, attempt: number, attemptsMax: number): boolean => !retries(thrown) || attempt >= attemptsMax;

/** Its worker died under it, more often than its row in the registry allows. */
export const stalled = (): AppError => new AppError('job.stalled', { message: 'The process that worked on this stopped before it was done.' });
