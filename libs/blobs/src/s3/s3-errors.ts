import { AppError } from '@kontor/kernel';

/** What the client of S3 puts on an error. The rest stays out: a server repeats access keys and what was signed. */
interface S3Error {
  name?: unknown;
  code?: unknown;
  $metadata?: { httpStatusCode?: number };
}

const MESSAGES = {
  'blob.absent': 'The original file is no longer there; import the folder again.',
  'blob.bucket_missing': 'The bucket in KONTOR_S3_BUCKET does not exist on the blob store. Create it, or correct the name.',
  'blob.credentials_refused': "The blob store refuses Kontor's credentials. Check KONTOR_S3_ACCESS_KEY and KONTOR_S3_SECRET_KEY, whether they have expired, and whether they may read, write, list and delete in the bucket.",
  'blob.bucket_full': 'The bucket is full, or its quota is used up. Free some space or raise the quota; nothing that was kept is lost.',
  'blob.clock_skewed': "This machine's clock differs too much from the blob store's. Set both by the same time server.",
  'blob.region_wrong': 'The bucket lies in another region. Set KONTOR_S3_REGION to its region, and KONTOR_S3_ENDPOINT to that region’s address where one is set.',
  'blob.unreachable': 'The blob store cannot be reached, or is too busy to answer.',
  'blob.timeout': 'The blob store took too long to answer.',
} as const;
type Code = keyof typeof MESSAGES;

const STATUS: Partial<Record<Code, number>> = { 'blob.absent': 404, 'blob.bucket_full': 507 };

const NAMES: [RegExp, Code][] = [
  [/^(NoSuchKey|NotFound|NoSuchVersion)$/, 'blob.absent'],
  [/^NoSuchBucket$/, 'blob.bucket_missing'],
  [/^(AccessDenied|Forbidden|AllAccessDisabled|InvalidAccessKeyId|SignatureDoesNotMatch|ExpiredToken|ExpiredTokenException|InvalidToken|TokenRefreshRequired|Unauthorized|CredentialsProviderError|InvalidClientTokenId)$/, 'blob.credentials_refused'],
  [/(QuotaExceeded|StorageFull|InsufficientStorage|DiskFull)/, 'blob.bucket_full'],
  [/^(RequestTimeTooSkewed|RequestExpired)$/, 'blob.clock_skewed'],
  [/^(PermanentRedirect|AuthorizationHeaderMalformed|IllegalLocationConstraintException)$/, 'blob.region_wrong'],
  [/^(TimeoutError|RequestTimeout|AbortError)$/, 'blob.timeout'],
  [/^(SlowDown|ServiceUnavailable|InternalError|ServerBusy|ThrottlingException|NetworkingError)$/, 'blob.unreachable'],
  [/^(ECONN\w+|ENOTFOUND|EPIPE|ETIMEDOUT|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR\w*)$/, 'blob.unreachable'],
];

const STATUSES: Record<number, Code> = { 301: 'blob.region_wrong', 401: 'blob.credentials_refused', 403: 'blob.credentials_refused', 429: 'blob.unreachable', 500: 'blob.unreachable', 502: 'blob.unreachable', 503: 'blob.unreachable', 504: 'blob.unreachable', 507: 'blob.bucket_full' };

/** Makes the one error of Kontor from what the client threw. All but an absent blob can be tried again once somebody mended it. */
export function blobError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const { name, code, $metadata } = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as S3Error;
  const words = [name, code].filter((word) => typeof word === 'string');
  const found = NAMES.find(([pattern]) => words.some((word) => pattern.test(word)))?.[1] ?? STATUSES[$metadata?.httpStatusCode ?? 0] ?? (isCut(thrown) ? 'blob.unreachable' : undefined);
  const cause = withoutSecrets(thrown);
  if (found) return new AppError(found, { status: STATUS[found] ?? 503, retry: found === 'blob.absent' ? 'never' : 'later', message: MESSAGES[found], cause });
  const reason = words.find((word) => /^\w{1,60}$/.test(word)) ?? 'unknown';
  return new AppError('blob.failed', { retry: 'later', message: `The blob store refused a request (${reason}).`, details: { reason }, cause });
}

export const blobAbsent = (): AppError => blobError({ name: 'NoSuchKey' });

/** Where a connection ends in the middle of a body, Node has no word for it but its message. */
const isCut = (thrown: unknown): boolean => thrown instanceof Error && /aborted|socket hang up|premature close|terminated/i.test(thrown.message);

function withoutSecrets(thrown: unknown): unknown {
  if (!(thrown instanceof Error)) return undefined;
  const copy = new Error(`the blob store's client failed with ${/^\w{1,60}$/.test(thrown.name) ? thrown.name : 'an error'}`);
  if (thrown.stack) copy.stack = thrown.stack.slice(thrown.stack.indexOf('\n    at '));
  return copy;
}
