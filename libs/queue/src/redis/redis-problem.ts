import { AppError } from '@kontor/kernel';

const CONNECTION_LOST = /connection is closed|command timed out|max retries per request|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|socket timeout|stream isn't writeable|LOADING|aborted due to connection close/i;

/** What a server's refusal means, by the word that its reply begins with; each says what to do. */
const REFUSALS: readonly { word: RegExp; code: string; message: string }[] = [
  { word: /^(WRONGPASS|NOAUTH|ERR invalid password|ERR Client sent AUTH)/, code: 'redis.wrong_password', message: 'Redis does not accept the account or the password in KONTOR_REDIS_URL. Correct it and start again.' },
  { word: /^NOPERM/, code: 'redis.forbidden', message: "The account in KONTOR_REDIS_URL may not do what Kontor needs. Give it all commands on the keys of Kontor's prefix." },
  { word: /^OOM/, code: 'redis.full', message: 'Redis has no memory left, so it takes nothing new; what it holds is not lost. Raise maxmemory.' },
  { word: /^MISCONF/, code: 'redis.not_persisting', message: 'Redis cannot write to its disk, so it takes nothing new. Free some space on it, and see its log.' },
  { word: /^WRONGTYPE/, code: 'redis.garbage', message: "A key of Kontor's prefix in Redis holds something that is not Kontor's. Let no other program write there; give Kontor a prefix of its own (KONTOR_REDIS_PREFIX)." },
  { word: /^(READONLY|NOREPLICAS|MASTERDOWN)/, code: 'redis.replica', message: 'KONTOR_REDIS_URL leads to a replica, which takes nothing new. Name the primary.' },
];

const textOf = (thrown: unknown): string => {
  if (!(thrown instanceof Error)) return String(thrown);
  return `${thrown.message} ${'code' in thrown ? String(thrown.code) : ''}`;
};

/** The server did not answer; it may have done what it was asked nevertheless. */
export const isUnreachable = (thrown: unknown): boolean => (thrown instanceof AppError ? thrown.code === 'queue.unreachable' : CONNECTION_LOST.test(textOf(thrown)));

export function unreachable(cause?: unknown): AppError {
  const message = 'The queue cannot be reached at the moment. Nothing was lost; try again shortly.';
  return new AppError('queue.unreachable', { status: 503, retry: 'later', message, details: { retryAfterSeconds: 5 }, cause });
}

/** An error of Redis as Kontor's own; what is neither a lost connection nor a refusal passes as it is. */
export function toRedisProblem(thrown: unknown): unknown {
  if (thrown instanceof AppError) return thrown;
  const text = textOf(thrown);
  const refusal = REFUSALS.find(({ word }) => word.test(text));
  // Without its cause: the driver's error carries the refused command, and that of a sign-in holds the password.
  if (refusal) return new AppError(refusal.code, { status: 503, retry: 'later', message: refusal.message });
  return isUnreachable(thrown) ? unreachable(thrown) : thrown;
}
