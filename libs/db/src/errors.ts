import { AppError, type AppErrorOptions } from '@kontor/kernel';

/** What both drivers put on an error of the server. Detail, query and parameters stay out: they hold rows. */
interface ServerError {
  code?: unknown;
  constraint?: unknown;
  table?: unknown;
}

const known: Record<string, [code: string, options: AppErrorOptions]> = {
  '53100': ['store.disk_full', { status: 507, retry: 'later', message: 'The disk that holds the database is full. Free some space; nothing that was saved is lost.' }],
  '53200': ['store.out_of_memory', { status: 503, retry: 'later', message: 'The database ran out of memory.' }],
  '53300': ['store.unreachable', { status: 503, retry: 'later', message: 'The database accepts no more connections.' }],
  '40001': ['store.conflict', { status: 409, retry: 'later', message: 'Another change came first. Try again.' }],
  '40P01': ['store.conflict', { status: 409, retry: 'later', message: 'Another change came first. Try again.' }],
  '57014': ['store.timeout', { status: 503, retry: 'later', message: 'The database took too long to answer.' }],
  '25006': ['store.read_only', { message: 'A reading transaction tried to write. Use write() or system().' }],
  '42501': ['store.forbidden', { status: 403, message: 'The database refused this to the role in use.' }],
  '23505': ['store.duplicate', { status: 409, message: 'There is such a row already.' }],
};

const UNREACHABLE = /^(08...|57P0[123]|ECONNREFUSED|ECONNRESET|ENOTFOUND|EPIPE|ETIMEDOUT|EAI_AGAIN)$/;

/**
 * Makes the one error of Kontor from what a driver threw. Row contents never enter the message;
 * `details.sqlstate` tells callers what happened.
 */
export function storeError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const { code, constraint, table } = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as ServerError;
  const sqlstate = typeof code === 'string' ? code : 'unknown';
  const details = { sqlstate, ...(typeof constraint === 'string' && { constraint }), ...(typeof table === 'string' && { table }) };
  const match = known[sqlstate];
  if (match) return new AppError(match[0], { ...match[1], details, cause: withoutRows(thrown) });
  if (UNREACHABLE.test(sqlstate)) {
    return new AppError('store.unreachable', { status: 503, retry: 'later', message: 'The database cannot be reached.', details, cause: withoutRows(thrown) });
  }
  return new AppError('store.query_failed', { message: `The database refused a query (${sqlstate}).`, details, cause: withoutRows(thrown) });
}

/** Keeps what a developer needs and drops what may hold a document's or a question's text. */
function withoutRows(thrown: unknown): unknown {
  if (!(thrown instanceof Error)) return undefined;
  const { routine } = thrown as { routine?: unknown };
  const copy = new Error(`server error in ${typeof routine === 'string' ? routine : thrown.name}`);
  if (thrown.stack) copy.stack = thrown.stack.slice(thrown.stack.indexOf('\n    at '));
  return copy;
}
